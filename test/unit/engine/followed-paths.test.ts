import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenedPath } from '../../../src-main/contract/kept-paths.ts';
import { Connection } from '../../../src-main/engine/lab-connection.ts';
import { LabPaths } from '../../../src-main/engine/followed-paths.ts';
import { Redactor } from '../../../src-main/rollout/redactor.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { pathSample } from '../path/sample.ts';
import { sampledReplies } from '../path/sampled-path.ts';
import type { Replies } from '../table-machine.ts';
import { sampledLab } from '../topology/sampled-lab.ts';
import { tableAccess } from './example-engine.ts';

/** The leader's kernel saw the sampled request; the others cannot trace. */
const requested: Replies = (command, machine) => {
  if (command.includes('hoplab_trace_')) {
    if (machine !== 'k8s-worker2') return { stdout: 'hoplab-blind no nft here\n' };
    const seen = ['nft-monitor-trace', 'conntrack-E', 'conntrack-L'];
    const told = seen.map((name) => pathSample('iptables', `leader-${name}.txt`));
    return { stdout: ['hoplab-ready', ...told, 'hoplab-watched'].join('\n') };
  }
  if (!command.includes('-sS -k -m')) return undefined;
  return { stdout: 'HTTP/1.1 200 OK\n\nhoplab 200 192.168.2.50 41001 0.000812 0.003411\n' };
};

let connection: Connection;
let paths: LabPaths;
beforeEach(async () => {
  const { bundle } = await exampleBundle();
  connection = new Connection(async () => tableAccess(sampledLab, bundle, sampledReplies('iptables', requested)));
  paths = new LabPaths(await tempFolder(), { connection, recording: undefined, redactor: new Redactor() });
});
afterEach(() => connection.close());

const asked = { target: 'http://192.168.2.200/', count: 3, predictOnly: false };

describe('following a target on real machines', () => {
  it('several requests are one series, each kept as it comes, with how they spread up to it', async () => {
    const followed: OpenedPath[] = [];
    for await (const path of paths.trace(asked, undefined)) followed.push(path);
    expect(followed.map(({ spread }) => spread?.requests)).toEqual([1, 2, 3]);
    expect(new Set(followed.map(({ series }) => series)).size).toBe(1);
    expect((await paths.list()).map(({ basis }) => basis)).toEqual(['observed', 'observed', 'observed']);
    expect((await paths.open(followed[0]?.id ?? '')).spread?.requests).toBe(3);
  });

  it('who stops it gets no further path', async () => {
    const stop = new AbortController();
    for await (const { path } of paths.trace(asked, stop.signal)) {
      expect(path.end.status).toBe('answered');
      stop.abort();
    }
    expect(await paths.list()).toHaveLength(1);
  });
});
