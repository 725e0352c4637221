import { afterEach, beforeEach, expect, it } from 'vitest';
import { Connection } from '../../../src-main/engine/lab-connection.ts';
import { LabServiceRules } from '../../../src-main/engine/service-rules.ts';
import { join } from 'node:path';
import { Redactor } from '../../../src-main/rollout/redactor.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import type { Mode } from '../path/sample.ts';
import { sampledReplies } from '../path/sampled-path.ts';
import type { Replies, Reply } from '../table-machine.ts';
import { sampledLab } from '../topology/sampled-lab.ts';
import { tableAccess } from './example-engine.ts';

let mode: Mode;
let isSilent: boolean;
let broken: Reply | undefined;
let unreadable: boolean;
const replies: Replies = (command, machine) => {
  if (isSilent && command.includes('proxyMode')) return { stdout: '', exitCode: 7 };
  if (unreadable && command.includes('iptables-save')) return { stderr: 'Permission denied', exitCode: 4 };
  return (command.includes(' get services -A ') ? broken : undefined) ?? sampledReplies(mode)(command, machine);
};

let connection: Connection;
let rules: LabServiceRules;
beforeEach(async () => {
  [mode, isSilent, broken, unreadable] = ['iptables', false, undefined, false];
  const { bundle } = await exampleBundle();
  connection = new Connection(async () => tableAccess(sampledLab, bundle, replies));
  rules = new LabServiceRules(join(await tempFolder(), 'rules.json'), { connection, redactor: new Redactor() });
});
afterEach(() => connection.close());

const asked = { service: 'shortener/shortener-gateway-nginx', node: 'k8s-worker2' };

it('those of a mode stay beside those of the next', async () => {
  const first = await rules.of(asked, undefined);
  expect([first.now, first.modes.map((one) => one.mode)]).toEqual(['iptables', ['iptables']]);
  mode = 'nftables';
  const second = await rules.of(asked, undefined);
  expect([second.now, second.modes.map((one) => one.mode)]).toEqual(['nftables', ['iptables', 'nftables']]);
  expect(second.modes[0]).toEqual(first.modes[0]);
  for (const { rows, commands } of second.modes) expect([rows.length > 5, commands.length]).toEqual([true, 1]);
});

it('what was kept before a switch is there for any Service', async () => {
  await connection.session();
  await rules.keep(new AbortController().signal);
  mode = 'nftables';
  const { modes } = await rules.of({ ...asked, service: 'kube-system/kube-dns' }, undefined);
  expect(modes.map((one) => [one.mode, one.rows.length > 5])).toEqual([
    ['iptables', true],
    ['nftables', true],
  ]);
});

it('where kube-proxy does not say its mode, what was kept is shown, and none is called that of now', async () => {
  await rules.of(asked, undefined);
  isSilent = true;
  const { now, modes } = await rules.of(asked, undefined);
  expect([now, modes.map((one) => one.mode)]).toEqual([null, ['iptables']]);
});

it('what was read before is not called that of now where it cannot be read any more', async () => {
  await rules.of(asked, undefined);
  unreadable = true;
  const { now, modes } = await rules.of(asked, undefined);
  expect([now, modes]).toEqual(['iptables', []]);
});

it('an API server that does not answer is no cluster without Services', async () => {
  broken = { stderr: 'Unable to connect to the server: net/http: TLS handshake timeout', exitCode: 1 };
  await expect(rules.of(asked, undefined)).rejects.toThrow('k8s-master: Unable to connect to the server');
});

it.each([
  [{ service: 'shortener/nobody' }, 'The API server has no Service shortener/nobody'],
  [{ ...asked, node: 'k8s-worker9' }, 'There is no machine k8s-worker9 in this lab'],
])('%o is refused', async (wrong, message) => {
  await expect(rules.of(wrong, undefined)).rejects.toThrow(message);
});
