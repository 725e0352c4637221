import { clusterKinds, failed, kinds, type ClusterKind, type ClusterObject } from '../cluster/kinds.ts';
import type { WatchEvent } from '../cluster/watch.ts';
import type { TopologySource } from '../contract/topology.ts';
import type { Fact } from '../facts/fact.ts';
import type { Lab } from '../lab/lab.ts';
import type { Output } from '../machines/machine.ts';
import type { ClusterReadings, MachineReadings, Readings } from '../topology/readings.ts';
import { Changes } from './changes.ts';

/** After a watch has started, its objects come within this time. Milliseconds. */
const SETTLED = 1500;

/** Id of the reading whether the client's resolver knows the zone. */
export const RESOLVER = 'resolver';

interface Kept {
  source: TopologySource;
  value?: unknown;
  text: string;
}

/** Names a fact and its command. */
type Asked = Pick<Fact<unknown>, 'id'> & { readonly command: string };

interface KindState {
  readonly objects: Map<string, { readonly object: ClusterObject; readonly value: unknown }>;
  stale: Set<string>;
  settling?: NodeJS.Timeout | undefined;
}

/** What was read of a lab for its picture, with the text that each machine printed. */
export class TopologyStore {
  readonly changes = new Changes();
  readonly #lab: Lab;
  readonly #kept = new Map<string, Kept>();
  readonly #kinds = new Map<ClusterKind, KindState>();

  constructor(lab: Lab) {
    this.#lab = lab;
    for (const kind of clusterKinds) this.#kinds.set(kind, { objects: new Map(), stale: new Set() });
  }

  get sources(): readonly TopologySource[] {
    return [...this.#kept.values()].map(({ source }) => source);
  }

  /** What a source printed; for a kind of the cluster, one object when `element` names it. */
  evidence(source: string, element?: string): Kept | undefined {
    const kept = this.#kept.get(source);
    const kind = clusterKinds.find((name) => source === clusterSource(name));
    if (!kept || kind === undefined) return kept;
    const all = [...(this.#kinds.get(kind)?.objects ?? [])];
    const named = element === undefined ? [] : all.filter(([key]) => element.endsWith(`/${key}`));
    const objects = (named.length > 0 ? named : all.slice(0, 200)).map(([, { object }]) => object);
    return { ...kept, text: JSON.stringify(named.length === 1 ? objects[0] : { items: objects }, undefined, 2) };
  }

  /** Keeps what a fact's command printed on a machine. */
  read(
    machine: string,
    { id: fact, command }: Asked,
    { stdout, at }: Pick<Output, 'stdout' | 'at'>,
    value: unknown,
  ): void {
    const id = `${machine}/${fact}`;
    const time = new Date(at).toISOString();
    this.#kept.set(id, { source: { id, machine, command, time, state: 'ok', problem: '' }, value, text: stdout });
    this.changes.tell();
  }

  /** A fact could not be read: what was read before stays, marked as old. */
  unreadable(machine: string, { id: fact, command }: Asked, problem: string): void {
    const id = `${machine}/${fact}`;
    const { source, ...kept } = this.#kept.get(id) ?? { text: '', source: undefined };
    const time = source?.time ?? new Date().toISOString();
    this.#kept.set(id, { ...kept, source: { id, machine, command, time, state: 'unreadable', problem } });
    this.changes.tell();
  }

  /** Takes over all objects of a kind. */
  list(
    kind: ClusterKind,
    objects: readonly ClusterObject[],
    told: { machine: string; command: string; at: number },
  ): void {
    const state = this.#kind(kind);
    state.objects.clear();
    for (const object of objects) this.#put(kind, object);
    this.#seen(kind, told.machine, { command: told.command, time: new Date(told.at).toISOString() });
  }

  /** Follows what a watch on a machine tells. */
  watched(event: WatchEvent, told: { machine: string; command: string }): void {
    const { kind } = event;
    const state = this.#kind(kind);
    const now = { command: told.command, time: new Date().toISOString() };
    switch (event.event) {
      case 'started':
        clearTimeout(state.settling);
        state.stale = new Set(state.objects.keys());
        state.settling = setTimeout(() => this.#settle(kind, told.machine, now), SETTLED).unref();
        return;
      case 'changed':
        this.#put(kind, event.object);
        {
          this.#seen(kind, told.machine, now);
          return;
        }
      case 'deleted':
        state.objects.delete(keyOf(event.object));
        {
          this.#seen(kind, told.machine, now);
          return;
        }
      case 'ended': {
        this.#ended(kind, event.problem, { ...now, machine: told.machine });
        return;
      }
    }
  }

  /** The watch itself has ended: what it told is old from now on. */
  lost(machine: string, problem: string): void {
    for (const kind of clusterKinds) {
      clearTimeout(this.#kind(kind).settling);
      const kept = this.#kept.get(clusterSource(kind));
      if (kept) kept.source = { ...kept.source, machine, state: 'unreadable', problem };
    }
    this.changes.tell();
  }

  readings(): Readings {
    const machines = new Map<string, MachineReadings>();
    for (const { source, value } of this.#kept.values()) {
      const [machine = '', fact = ''] = source.id.split('/');
      if (machine !== 'cluster' && fact !== RESOLVER && value !== undefined) {
        machines.set(machine, { ...machines.get(machine), [fact]: { source, value } });
      }
    }
    const cluster = Object.fromEntries(
      clusterKinds.flatMap((kind) => {
        const kept = this.#kept.get(clusterSource(kind));
        const values = [...this.#kind(kind).objects.values()].map(({ value }) => value);
        return kept ? [[kind, { source: kept.source, value: values }]] : [];
      }),
    ) as ClusterReadings;
    const resolver = this.#kept.get(`client/${RESOLVER}`);
    const set = resolver?.value;
    return {
      lab: this.#lab,
      machines,
      cluster,
      ...(resolver && typeof set === 'boolean' && { resolver: { source: resolver.source, value: set } }),
    };
  }

  end(): void {
    for (const { settling } of this.#kinds.values()) clearTimeout(settling);
    this.changes.end();
  }

  #put(kind: ClusterKind, object: ClusterObject): void {
    const state = this.#kind(kind);
    const key = keyOf(object);
    state.stale.delete(key);
    state.objects.set(key, { object, value: kinds[kind].parse(object) });
  }

  #settle(kind: ClusterKind, machine: string, now: { command: string; time: string }): void {
    const { objects, stale } = this.#kind(kind);
    for (const key of stale) objects.delete(key);
    stale.clear();
    this.#seen(kind, machine, now);
  }

  #ended(kind: ClusterKind, problem: string, now: { command: string; time: string; machine: string }): void {
    const state = this.#kind(kind);
    clearTimeout(state.settling);
    if (problem === '') return; // the API server ends a watch from time to time
    const meaning = failed(problem, 1);
    if (meaning.state === 'unreadable') {
      this.#seen(kind, now.machine, { ...now, state: 'unreadable', problem });
      return;
    }
    state.objects.clear();
    this.#seen(kind, now.machine, now);
  }

  #seen(
    kind: ClusterKind,
    machine: string,
    told: { command: string; time: string; state?: TopologySource['state']; problem?: string },
  ): void {
    const { command, time, state = 'ok', problem = '' } = told;
    const id = clusterSource(kind);
    if (state === 'unreadable' && !this.#kept.has(id)) return; // nothing is known yet, and stays so
    this.#kept.set(id, { source: { id, machine, command, time, state, problem }, text: '' });
    this.changes.tell();
  }

  #kind(kind: ClusterKind): KindState {
    const state = this.#kinds.get(kind);
    if (!state) throw new Error(`no kind ${kind}`);
    return state;
  }
}

function clusterSource(kind: ClusterKind): string {
  return `cluster/${kind}`;
}

function keyOf({ metadata: { namespace, name } }: ClusterObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
