import type { TopologySource } from '../contract/topology.ts';
import { isRead, type Read, type Reading, type Unread } from '../facts/reading.ts';
import type { Lab } from '../lab/lab.ts';
import type { MachineReadings, Readings, Sourced } from '../topology/readings.ts';
import { Changes } from './changes.ts';
import { ClusterStore, problemOf } from './cluster-store.ts';

/** Id of the reading whether the client's resolver knows the zone. */
export const RESOLVER = 'resolver';

/** What the picture is made of, with what the machine printed; its value is undefined while it was never read. */
interface Kept extends Sourced<unknown> {
  readonly text: string;
}

/** What was read of a lab for its picture, with the text that each machine printed. */
export class TopologyStore {
  readonly changes = new Changes();
  readonly cluster = new ClusterStore(() => this.changes.tell());
  readonly #lab: Lab;
  readonly #kept = new Map<string, Kept>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get sources(): readonly TopologySource[] {
    return [...[...this.#kept.values()].map(({ source }) => source), ...this.cluster.sources];
  }

  /** What a source printed; of the cluster, one object alone when `element` names it. */
  evidence(source: string, element?: string): { source: TopologySource; text: string } | undefined {
    return this.#kept.get(source) ?? this.cluster.evidence(source, element);
  }

  /** Keeps what was read of a fact. Who says the same as before wakes nobody. */
  keep(fact: string, reading: Reading<unknown>): void {
    if (isRead(reading)) this.#read(fact, reading);
    else this.#unreadable(fact, reading);
  }

  #read(fact: string, { machine, command, output, at, value }: Read<unknown>): void {
    const id = `${machine}/${fact}`;
    const time = new Date(at).toISOString();
    const source: TopologySource = { id, machine, command, time, state: 'ok', problem: '' };
    const before = this.#kept.get(id);
    const same = before?.source.state === 'ok' && before.source.command === command && isSame(before.value, value);
    this.#kept.set(id, { source, value: same ? before.value : value, text: output.stdout });
    if (!same) this.changes.tell();
  }

  /** What was read before stays, marked as old. */
  #unreadable(fact: string, { machine, command, at, problem: error }: Unread): void {
    const id = `${machine}/${fact}`;
    const problem = problemOf(error);
    const { source, ...kept } = this.#kept.get(id) ?? { text: '', value: undefined, source: undefined };
    const time = source?.time ?? new Date(at).toISOString();
    if (source?.state === 'unreadable' && source.problem === problem) return;
    this.#kept.set(id, { ...kept, source: { id, machine, command, time, state: 'unreadable', problem } });
    this.changes.tell();
  }

  readings(): Readings {
    const machines = new Map<string, MachineReadings>();
    for (const kept of this.#kept.values()) {
      const [machine = '', fact = ''] = kept.source.id.split('/');
      if (fact === RESOLVER || kept.value === undefined) continue;
      machines.set(machine, { ...machines.get(machine), [fact]: kept });
    }
    const resolver = this.#kept.get(`client/${RESOLVER}`);
    const set = resolver?.value;
    return {
      lab: this.#lab,
      machines,
      cluster: this.cluster.readings(),
      ...(resolver && typeof set === 'boolean' && { resolver: { source: resolver.source, value: set } }),
    };
  }

  end(): void {
    this.cluster.end();
    this.changes.end();
  }
}

function isSame(before: unknown, now: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
