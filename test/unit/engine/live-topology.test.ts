import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TopologyUpdate } from '../../../src-main/contract/topology.ts';
import { Connection } from '../../../src-main/engine/lab-connection.ts';
import { LiveTopology } from '../../../src-main/engine/live-topology.ts';
import { Redactor } from '../../../src-main/rollout/redactor.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { sample, sampledLab } from '../topology/sampled-lab.ts';
import { hasProgram } from '../has-program.ts';
import { thisComputer } from '../this-computer.ts';

const [pod] = (JSON.parse(sample('k-pods.json')) as { items: { metadata: { name: string; namespace: string } }[] })
  .items;
const id = `pod/${pod?.metadata.namespace ?? ''}/${pod?.metadata.name ?? ''}`;

let folder: string;
let topology: LiveTopology;
let connection: Connection;

/** A kubectl that shows one pod, and says that it is deleted as soon as there is a file of that name. */
beforeEach(async () => {
  folder = await tempFolder();
  mkdirSync(join(folder, 'bin'));
  const event = (type: string) => JSON.stringify({ type, object: pod }, undefined, 4);
  writeFileSync(join(folder, 'added'), `${event('ADDED')}\n`);
  writeFileSync(join(folder, 'gone'), `${event('DELETED')}\n`);
  const script = `#!/bin/sh
echo $$ >> ${folder}/pids
case "$*" in *'get pods'*) ;; *) echo "error: the server doesn't have a resource type" >&2; exit 1 ;; esac
cat ${folder}/added; until [ -e ${folder}/delete ]; do sleep 0.02; done; cat ${folder}/gone; sleep 60`;
  writeFileSync(join(folder, 'bin', 'kubectl'), script);
  chmodSync(join(folder, 'bin', 'kubectl'), 0o755);
  vi.stubEnv('PATH', `${folder}/bin:${process.env['PATH'] ?? ''}`);
  const { bundle } = await exampleBundle();
  const names = [...sampledLab.nodes.map(({ name }) => name), 'client'];
  const open = async () => new Map(names.map((name) => [name, thisComputer(name)]));
  connection = new Connection(async () => ({ lab: sampledLab, bundle, open }));
  topology = new LiveTopology(sampledLab, { connection, redactor: new Redactor(), live: true });
});
afterEach(async () => {
  topology.close();
  await connection.close();
  vi.unstubAllEnvs();
});

// as every Debian has it
describe.skipIf(!hasProgram('perl', '-v'))('the live picture', () => {
  it('shows a deleted pod as gone, and reads nothing more when nobody looks', async () => {
    const stop = new AbortController();
    const updates: TopologyUpdate[] = [];
    const reading = (async () => {
      for await (const update of topology.follow(stop.signal)) updates.push(update);
    })();
    const shown = () => updates.some((update) => update.changed.some((element) => element.id === id));
    await expect.poll(shown, { timeout: 10_000, interval: 5 }).toBe(true);
    expect(updates[0]).toMatchObject({ reset: true, live: true });
    writeFileSync(join(folder, 'delete'), '');
    const gone = () => updates.some((update) => update.removed.includes(id));
    await expect.poll(gone, { timeout: 10_000, interval: 5 }).toBe(true);
    stop.abort();
    await reading;
    await expect.poll(() => watching(), { timeout: 10_000, interval: 100 }).toBe(0);
  });
});

// as every Debian has it
describe.skipIf(!hasProgram('perl', '-v'))('an element of the live picture', () => {
  it('shows no secret that stands in why a pod is not ready', async () => {
    const conditions = [{ type: 'Ready', status: 'False', reason: 'refused abcdef.0123456789abcdef' }];
    const broken = { ...pod, status: { phase: 'Pending', conditions } };
    writeFileSync(join(folder, 'added'), `${JSON.stringify({ type: 'ADDED', object: broken }, undefined, 4)}\n`);
    const shown: unknown[] = [];
    const limit = AbortSignal.timeout(10_000);
    for await (const { changed } of topology.follow(limit)) {
      shown.push(...changed.filter((element) => element.id === id));
      if (shown.length > 0) break;
    }
    expect(shown).toEqual([expect.objectContaining({ id, reason: 'refused [redacted]' })]);
  });
});

/** How many of the processes that were started for it still run. */
function watching(): number {
  return existsSync(join(folder, 'pids')) ? alive(join(folder, 'pids')) : 0;
}

function alive(file: string): number {
  const pids = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return pids.filter((pid) => existsSync(`/proc/${pid}`)).length;
}
