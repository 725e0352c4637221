import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sh } from '../../src-main/machines/command.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';

/*
 * A command over an open SSH connection: Hoplab against OpenSSH with a control master, in turns, on the same machine.
 * Run in the lab's client network by test/bench/lab.ts.
 */

const { values } = parseArgs({
  options: {
    address: { type: 'string', default: '' },
    key: { type: 'string', default: '' },
    'known-hosts': { type: 'string', default: '' },
    config: { type: 'string', default: '' },
    rounds: { type: 'string', default: '100' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'hoplab-bench-'));
const control = ['-F', values.config, '-o', `ControlPath=${folder}/master`];
const silent = { password: none, passphrase: none, sudoPassword: none };
const machine = await openSshMachine({
  name: 'node',
  address: values.address,
  access: { user: 'root', port: 22, key: values.key, agent: false, password: false, sudo: 'passwordless' },
  secrets: silent,
  knownHosts: new KnownHosts(values['known-hosts']),
});
execFileSync('ssh', [...control, '-fNM', values.address]);
try {
  const hoplab: number[] = [];
  const openSsh: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    hoplab.push(await timed(() => machine.run(sh`true`)));
    openSsh.push(await timed(() => Promise.resolve(spawnSync('ssh', [...control, values.address, 'true']))));
  }
  console.log(JSON.stringify({ hoplab: median(hoplab), openSsh: median(openSsh) }));
} finally {
  await machine.close();
  spawnSync('ssh', [...control, '-O', 'exit', values.address], { stdio: 'ignore' });
  rmSync(folder, { recursive: true });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function none(): Promise<undefined> {
  return Promise.resolve(undefined);
}
