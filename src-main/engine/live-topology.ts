import { setTimeout as sleep } from 'node:timers/promises';
import { nodeOfPod } from '../cluster/pods.ts';
import type { WatchEvent } from '../cluster/watch.ts';
import type { TopologyElement, TopologyEvidence, TopologySource, TopologyUpdate } from '../contract/topology.ts';
import type { Redactor } from '../rollout/redactor.ts';
import type { Session } from '../rollout/session.ts';
import { difference, picture, type Fingerprints } from '../topology/picture.ts';
import { follow } from './changes.ts';
import type { Connection } from './lab-connection.ts';
import { noSuchEvidence } from './refusals.ts';
import { TopologyReader } from './topology-reader.ts';
import { TopologyStore } from './topology-store.ts';

/** Milliseconds in which changes come as one. */
const PAUSE = 80;
/** Milliseconds between two readings of the machines when nothing says that they have changed. */
const POLL = 5000;
/** Milliseconds after a change in which others come to be read with it. */
const SOON = 150;
/** Milliseconds after which kube-proxy has written its rules. */
const WRITTEN = 1100;
/** A source is told anew after so many milliseconds though it says the same. */
const RETOLD = 10_000;

export interface TopologyOptions {
  readonly connection: Connection;
  readonly redactor: Redactor;
  /** Whether the machines change by themselves; false for a recording, which is read when `touch` says so. */
  readonly live: boolean;
}

/** The picture of an open lab: read while somebody looks at it, and told as it changes. */
export class LiveTopology {
  readonly #options: TopologyOptions;
  readonly #store: TopologyStore;
  #followers = 0;
  #running: AbortController | undefined;
  #reread: () => void = () => undefined;

  constructor(lab: ConstructorParameters<typeof TopologyStore>[0], options: TopologyOptions) {
    this.#options = options;
    this.#store = new TopologyStore(lab);
  }

  /** The machines may have changed: they are read again, if somebody looks. */
  touch(): void {
    this.#reread();
  }

  /** Everything first, then what is different. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<TopologyUpdate, void, undefined> {
    this.#followers += 1;
    this.#running ??= this.#start();
    try {
      yield* follow(this.#store.changes, this.#reader(), { signal, pause: PAUSE });
    } finally {
      this.#followers -= 1;
      if (this.#followers === 0) this.#stop();
    }
  }

  /** What a source printed. @throws Refused when it has not been read */
  evidence(source: string, element?: string): TopologyEvidence {
    const kept = this.#store.evidence(source, element);
    if (!kept) throw noSuchEvidence();
    return { source: kept.source, text: this.#options.redactor.text(kept.text) };
  }

  close(): void {
    this.#stop();
    this.#store.end();
  }

  /** What is new for one follower. */
  #reader(): () => TopologyUpdate | undefined {
    let seen = -1;
    let known: Fingerprints = new Map();
    const told = new Map<string, TopologySource>();
    return () => {
      const { version } = this.#store.changes;
      if (version === seen) return undefined;
      const reset = seen === -1;
      seen = version;
      const { changed, removed, after } = difference(known, picture(this.#store.readings()));
      known = after;
      const used = new Set(changed.flatMap(({ source, sources }) => [source, ...Object.values(sources ?? {})]));
      const sources = this.#store.sources.filter(
        (source) => used.has(source.id) || isNews(source, told.get(source.id)),
      );
      for (const source of sources) told.set(source.id, source);
      if (!reset && changed.length + removed.length + sources.length === 0) return undefined;
      const time = new Date().toISOString();
      const { live, redactor } = this.#options;
      const clean = changed.map((element) => redacted(element, redactor));
      return { time, reset, live, changed: clean, removed: [...removed], sources: redactor.value(sources) };
    };
  }

  #start(): AbortController {
    const stop = new AbortController();
    void this.#run(stop.signal);
    return stop;
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const session = await this.#connected(signal);
    if (!session) return;
    const reader = new TopologyReader(session, this.#store, signal);
    if (!this.#options.live) {
      await this.#readWhenTouched(reader, signal);
      return;
    }
    const { nodes } = session.context.lab;
    const machines = new Map([...nodes.map(({ name }) => name), 'client'].map((name) => [name, new Wake()]));
    this.#reread = () => machines.forEach((machine) => machine.now());
    const chains = new Wake();
    await Promise.all([
      reader.watchCluster((event) => {
        for (const name of concerned(event)) machines.get(name)?.now();
        if (event.kind === 'services' || event.kind === 'endpointslices') chains.now();
      }),
      this.#readChains(reader, chains, signal),
      ...nodes.map(({ name }) => reader.watchNode(name, () => machines.get(name)?.now())),
      ...[...machines].map(([name, wake]) => this.#readOften(() => reader.readMachine(name), wake, signal)),
    ]);
  }

  async #readWhenTouched(reader: TopologyReader, signal: AbortSignal): Promise<void> {
    const wake = new Wake();
    this.#reread = () => wake.now();
    while (!signal.aborted) {
      await reader.readAll();
      await wake.next(signal);
    }
  }

  async #readOften(read: () => Promise<void>, wake: Wake, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await read();
      await wake.next(signal, POLL);
      await sleep(SOON, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
    }
  }

  /** The rules of every kernel, after Services have changed; and once more, for kube-proxy writes them once a second. */
  async #readChains(reader: TopologyReader, wake: Wake, signal: AbortSignal): Promise<void> {
    for (;;) {
      await wake.next(signal);
      for (const pause of [SOON, WRITTEN]) {
        await sleep(pause, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
        if (signal.aborted) return;
        await reader.readChains();
      }
    }
  }

  /** The session once it is open; undefined when nobody looks any more. */
  async #connected(signal: AbortSignal): Promise<Session | undefined> {
    const { connection } = this.#options;
    while (!signal.aborted && !connection.changes.ended) {
      const { version } = connection.changes;
      const failed = connection.state.state === 'failed';
      const session = failed ? undefined : await connection.session().catch(() => undefined); // told by the connection
      if (session) return session;
      if (failed) await connection.changes.after(version, signal); // somebody connects again
    }
    return undefined;
  }
}

/** The machines whose own tables change with an object: a pod's node; for the leader of the VIP, the client's ARP. */
function concerned(event: WatchEvent): readonly string[] {
  if (event.kind === 'servicel2statuses') return ['client'];
  if (event.kind !== 'pods' || !('object' in event)) return [];
  const node = nodeOfPod(event.object);
  return node === undefined ? [] : [node];
}

/** Without secrets in what programs and people wrote. Ids and names stay: elements name each other by them. */
function redacted(element: TopologyElement, redactor: Redactor): TopologyElement {
  const { kind } = element;
  if (kind === 'node' || kind === 'pod') return { ...element, reason: redactor.text(element.reason) };
  if (kind === 'other-rule') return { ...element, text: redactor.text(element.text) };
  if (kind !== 'route') return element;
  return { ...element, rules: element.rules.map((rule) => ({ ...rule, matches: redactor.value(rule.matches) })) };
}

function isNews(now: TopologySource, told: TopologySource | undefined): boolean {
  if (now.state !== told?.state || now.problem !== told.problem) return true;
  return Date.parse(now.time) - Date.parse(told.time) > RETOLD;
}

/** Wakes who sleeps; a call while nobody sleeps counts for the next one. */
class Wake {
  #called = false;
  #wake: () => void = () => undefined;

  now(): void {
    this.#called = true;
    this.#wake();
  }

  async next(signal: AbortSignal, limit?: number): Promise<void> {
    if (!this.#called && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = limit === undefined ? undefined : setTimeout(() => this.#wake(), limit);
        this.#wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', this.#wake);
          resolve();
        };
        signal.addEventListener('abort', this.#wake, { once: true });
      });
    }
    this.#called = false;
  }
}
