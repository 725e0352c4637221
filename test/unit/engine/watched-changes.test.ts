import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TopologyUpdate } from '../../../src-main/contract/topology.ts';
import { Connection } from '../../../src-main/engine/lab-connection.ts';
import { LiveTopology } from '../../../src-main/engine/live-topology.ts';
import type { ShellCommand } from '../../../src-main/machines/command.ts';
import type { Output, RunOptions } from '../../../src-main/machines/machine.ts';
import { Redactor } from '../../../src-main/rollout/redactor.ts';
import { exampleBundle } from '../example-bundle.ts';
import { TableMachine } from '../table-machine.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';

/** A machine that answers as those of the samples, and watches for as long as it is listened to. */
class WatchingMachine extends TableMachine {
  readonly asked: string[] = [];
  #watch: ((text: string) => void) | undefined;
  #end: () => void = () => undefined;

  constructor(name: string) {
    super(name, sampled);
  }

  /** kubectl prints something. */
  says(text: string): void {
    this.#watch?.(text);
  }

  get isWatched(): boolean {
    return this.#watch !== undefined;
  }

  /** The connection breaks. */
  breaks(): void {
    this.#watch = undefined;
    this.#end();
  }

  override async run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    this.asked.push(command);
    const watches = command.includes('--output-watch-events');
    if (!watches && !command.startsWith('ip monitor')) return super.run(command, options);
    if (watches) this.#watch = (text) => options.onOutput?.({ stream: 'stdout', text });
    await new Promise<void>((resolve) => {
      if (watches) this.#end = resolve;
      options.signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    return { stdout: '', stderr: '', exitCode: 0, duration: 1, at: Date.now() };
  }
}

let machines: Map<string, WatchingMachine>;
let topology: LiveTopology;
let connection: Connection;
let updates: TopologyUpdate[];
let stop: AbortController;
let reading: Promise<void>;

beforeEach(async () => {
  const names = [...sampledLab.nodes.map(({ name }) => name), 'client'];
  machines = new Map(names.map((name) => [name, new WatchingMachine(name)]));
  const { bundle } = await exampleBundle();
  connection = new Connection(async () => ({ lab: sampledLab, bundle, open: async () => machines }));
  topology = new LiveTopology(sampledLab, { connection, redactor: new Redactor(), live: true });
  updates = [];
  stop = new AbortController();
  reading = (async () => {
    for await (const update of topology.follow(stop.signal)) updates.push(update);
  })();
  await expect.poll(() => master().isWatched, { timeout: 5000 }).toBe(true);
});
afterEach(async () => {
  stop.abort();
  await reading;
  topology.close();
  await connection.close();
});

function master(): WatchingMachine {
  const machine = machines.get('k8s-master');
  if (!machine) throw new Error('there is a control plane');
  return machine;
}

function pod(type: string, name: string, node = 'k8s-worker1'): string {
  const object = { metadata: { namespace: 'prod', name }, spec: { nodeName: node }, status: { phase: 'Running' } };
  return JSON.stringify({ type, object }, undefined, 4).replaceAll(/^/gm, 'pods|') + '\n';
}

const changed = (id: string) => updates.some((update) => update.changed.some((element) => element.id === id));
const removed = (id: string) => updates.some((update) => update.removed.includes(id));

describe('a change of the cluster', () => {
  it('is told though it arrives in pieces, and what comes at once comes as one', async () => {
    const text = `pods<\n${pod('ADDED', 'one')}`;
    for (let at = 0; at < text.length; at += 7) master().says(text.slice(at, at + 7));
    await expect.poll(() => changed('pod/prod/one')).toBe(true);
    const before = updates.length;
    master().says(Array.from({ length: 50 }, (_, number) => pod('ADDED', `many-${number}`)).join(''));
    await expect.poll(() => changed('pod/prod/many-49')).toBe(true);
    expect(updates.slice(before).filter(({ changed: all }) => all.some(({ kind }) => kind === 'pod'))).toHaveLength(1);
    master().says(pod('DELETED', 'one'));
    await expect.poll(() => removed('pod/prod/one')).toBe(true);
  });

  it('has the tables of its node read again, and of no other', async () => {
    await expect.poll(() => machines.get('k8s-worker2')?.asked.length ?? 0).toBeGreaterThan(5);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const machine of machines.values()) machine.asked.length = 0;
    master().says(`pods<\n${pod('ADDED', 'one', 'k8s-worker2')}`);
    await expect.poll(() => machines.get('k8s-worker2')?.asked).toContain('bridge -j fdb');
    expect(machines.get('k8s-worker1')?.asked).toEqual([]);
  });

  it('goes on after the connection of the watch was lost; until then what is known is old', async () => {
    master().says(`pods<\n${pod('ADDED', 'one')}`);
    await expect.poll(() => changed('pod/prod/one')).toBe(true);
    master().breaks();
    const isOld = () =>
      updates.some(({ sources }) => sources.some(({ id, state }) => id === 'cluster/pods' && state === 'unreadable'));
    await expect.poll(isOld).toBe(true);
    expect(removed('pod/prod/one')).toBe(false);
    await expect.poll(() => master().isWatched, { timeout: 5000 }).toBe(true);
    master().says(`pods<\n${pod('ADDED', 'two')}`);
    await expect.poll(() => changed('pod/prod/two')).toBe(true);
    await expect.poll(() => removed('pod/prod/one'), { timeout: 5000 }).toBe(true);
  }, 15_000);
});
