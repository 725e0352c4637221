import {
  clusterKinds,
  failed,
  kinds,
  lacksKubectl,
  type ClusterKind,
  type ClusterList,
  type ClusterObject,
} from '../cluster/kinds.ts';
import type { WatchEvent } from '../cluster/watch.ts';
import type { TopologySource } from '../contract/topology.ts';
import { isRead, reasonOf, type Reading } from '../facts/reading.ts';
import { shortCommand } from '../machines/errors.ts';
import type { ClusterReadings } from '../topology/readings.ts';

/** After a watch has started, its objects come without such a pause between two of them. Milliseconds. */
const SETTLED = 1500;

interface KindState {
  source?: TopologySource;
  /** Whether the API server has said which objects there are. */
  known: boolean;
  readonly objects: Map<string, { readonly object: ClusterObject; readonly value: unknown }>;
  /** Objects of before, which the watch that has just started has not told again. */
  stale: Set<string>;
  /** Why what is known is not all there is: objects that are not understood, by their key, and events, by nothing. */
  readonly gaps: Map<string, string>;
  settling?: NodeJS.Timeout | undefined;
}

/** Where an answer came from. */
export interface Told {
  readonly machine: string;
  readonly command: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
}

/** The objects of a cluster as lists and watches tell them. */
export class ClusterStore {
  readonly #changed: () => void;
  readonly #kinds = new Map<ClusterKind, KindState>();

  constructor(changed: () => void) {
    this.#changed = changed;
    for (const kind of clusterKinds)
      this.#kinds.set(kind, { known: false, objects: new Map(), stale: new Set(), gaps: new Map() });
  }

  get sources(): readonly TopologySource[] {
    return [...this.#kinds.values()].flatMap(({ source }) => source ?? []);
  }

  readings(): ClusterReadings {
    return Object.fromEntries(
      [...this.#kinds].flatMap(([kind, { source, known, objects }]) =>
        source && known ? [[kind, { source, value: [...objects.values()].map(({ value }) => value) }]] : [],
      ),
    );
  }

  /** The objects behind a source as JSON; one alone when `element` names it. */
  evidence(id: string, element?: string): { source: TopologySource; text: string } | undefined {
    const found = [...this.#kinds.values()].find(({ source }) => source?.id === id);
    if (!found?.source) return undefined;
    const all = [...found.objects];
    const named = all.filter(([key]) => element?.endsWith(`/${key}`));
    const objects = (named.length > 0 ? named : all.slice(0, 200)).map(([, { object }]) => object);
    const text = JSON.stringify(named.length === 1 ? objects[0] : { items: objects }, undefined, 2);
    return { source: found.source, text };
  }

  /** Keeps what was read of a kind: all of its objects, or that they cannot be read. */
  keep(kind: ClusterKind, reading: Reading<ClusterList>): void {
    const { machine, command, at } = reading;
    const told = { machine, command, time: new Date(at).toISOString() };
    if (!isRead(reading)) this.unreadable(kind, problemOf(reading.problem), told);
    else if (reading.value.state === 'unreadable') this.unreadable(kind, reading.value.problem, told);
    else this.#list(kind, reading.value.state === 'read' ? reading.value.objects : [], told);
  }

  #list(kind: ClusterKind, objects: readonly ClusterObject[], told: Told): void {
    const state = this.#kind(kind);
    state.objects.clear();
    state.gaps.clear();
    for (const object of objects) this.#put(kind, object);
    this.#seen(kind, told);
  }

  /** Follows what a watch tells. */
  watched(event: WatchEvent, told: Told): void {
    const { kind } = event;
    const state = this.#kind(kind);
    if (event.event === 'ended') {
      this.#ended(kind, event.problem, told);
    } else if (event.event === 'started') {
      state.stale = new Set(state.objects.keys());
      state.gaps.clear();
      this.#settleLater(kind, told);
    } else if (event.event === 'not-understood') {
      state.gaps.set('', event.problem);
      this.#seen(kind, told);
    } else if (event.event === 'changed') {
      this.#put(kind, event.object);
      this.#seen(kind, told);
      if (state.settling) this.#settleLater(kind, told); // thousands of objects take their time
    } else {
      const key = keyOf(event.object);
      for (const known of [state.objects, state.stale, state.gaps]) known.delete(key);
      this.#seen(kind, told);
    }
  }

  /** Nothing more is told of any kind: what is known is old from now on. */
  lost(problem: string, told: Told): void {
    for (const kind of clusterKinds) {
      this.#stopSettling(kind);
      this.unreadable(kind, problem, told);
    }
  }

  unreadable(kind: ClusterKind, problem: string, { machine, command, time }: Told): void {
    const state = this.#kind(kind);
    const old = state.source ?? { id: `cluster/${kind}`, machine, command, time };
    state.source = { ...old, state: 'unreadable', problem };
    this.#changed();
  }

  end(): void {
    for (const { settling } of this.#kinds.values()) clearTimeout(settling);
  }

  /** An object that is not understood stays as it was understood last, and the kind is not read until that changes. */
  #put(kind: ClusterKind, object: ClusterObject): void {
    const state = this.#kind(kind);
    const key = keyOf(object);
    state.stale.delete(key);
    try {
      state.objects.set(key, { object, value: kinds[kind].parse(object) });
      state.gaps.delete(key);
    } catch (error) {
      state.gaps.set(key, `${key}: ${reasonOf(error)}`);
    }
  }

  /** A watch that ends before it has told everything has not said what is gone. */
  #stopSettling(kind: ClusterKind): void {
    const state = this.#kind(kind);
    clearTimeout(state.settling);
    state.settling = undefined;
  }

  #settleLater(kind: ClusterKind, told: Told): void {
    const state = this.#kind(kind);
    clearTimeout(state.settling);
    state.settling = setTimeout(() => this.#settle(kind, told), SETTLED).unref();
  }

  /** What has not been told again since the watch started is gone. */
  #settle(kind: ClusterKind, told: Told): void {
    const state = this.#kind(kind);
    const { objects, stale, gaps } = state;
    state.settling = undefined;
    if (gaps.size === 0) for (const key of stale) objects.delete(key);
    stale.clear();
    this.#seen(kind, told);
  }

  #ended(kind: ClusterKind, problem: string, told: Told): void {
    const state = this.#kind(kind);
    this.#stopSettling(kind);
    if (problem === '') return; // the API server ends a watch from time to time
    const lacksAll = lacksKubectl({ stderr: problem });
    const isNone = lacksAll ? state.objects.size === 0 : failed(problem).state === 'none';
    if (!isNone) {
      this.unreadable(kind, problem, told);
      return;
    }
    state.objects.clear();
    this.#seen(kind, told);
  }

  #seen(kind: ClusterKind, { machine, command, time }: Told): void {
    const state = this.#kind(kind);
    const [gap] = state.gaps.values();
    state.known = true;
    if (gap === undefined) {
      state.source = { id: `cluster/${kind}`, machine, command, time, state: 'ok', problem: '' };
      this.#changed();
      return;
    }
    const problem = notUnderstood(machine, command, gap);
    this.unreadable(kind, problem, { machine, command, time });
  }

  #kind(kind: ClusterKind): KindState {
    const state = this.#kinds.get(kind);
    if (!state) throw new Error(`no kind ${kind}`);
    return state;
  }
}

export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As `AnswerNotUnderstood` says it. */
function notUnderstood(machine: string, command: string, why: string): string {
  return `${machine} returned unexpected output for \`${shortCommand(command)}\`: ${why}`;
}

function keyOf({ metadata: { namespace, name } }: ClusterObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
