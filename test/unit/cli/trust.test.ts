import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { quote } from '../../../src-main/machines/command.ts';
import { KnownHosts } from '../../../src-main/machines/known-hosts.ts';
import { testKey } from '../../machines/ssh2-server.ts';
import { hasProgram } from '../has-program.ts';
import { hoplabInTerminal, hoplabWords, terminalMissing, type Typed } from './terminal.ts';
import { withPassword } from '../../machines/ssh2-answers.ts';
import { loopbackLab, type LoopbackLab } from './loopback-lab.ts';
import { hoplabInPipe } from './pipe.ts';

const NODES = ['192.168.2.10', '192.168.2.11', '192.168.2.12', '192.168.2.20'];
const knownHosts = ({ folder }: LoopbackLab) => new KnownHosts(join(folder, 'home', 'known_hosts'));

/** The fingerprints that are pinned for the jump host and the nodes. */
async function pinned(lab: LoopbackLab): Promise<string[][]> {
  const hosts: [string, number][] = [
    ['127.0.0.1', lab.jump.port],
    ...NODES.map((node): [string, number] => [node, 22]),
  ];
  const found = await Promise.all(hosts.map(([address, port]) => knownHosts(lab).lookup(address, port)));
  return found.map((keys) => keys.map(({ fingerprint }) => fingerprint));
}

const all = ({ jump, node }: LoopbackLab) => [jump, node, node, node, node].map(({ hostKey }) => [hostKey.fingerprint]);

describe('hoplab trust --yes', { timeout: 60_000 }, () => {
  it('pins the jump host and, through it and over one jump, every node; then there is nothing to pin', async () => {
    const jumps: string[] = [];
    const lab = await loopbackLab({ onJump: (to) => jumps.push(to) });
    const first = await hoplabInPipe(['trust', '--yes'], lab.env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout.match(/: pinned$/gm)).toHaveLength(5);
    expect(await pinned(lab)).toEqual(all(lab));
    expect(jumps).toEqual(NODES.map((address) => `${address}:22`));
    const again = await hoplabInPipe(['trust'], lab.env);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout.match(/^✓ /gm)).toHaveLength(5);
  });

  it('is needed where there is nobody to ask', async () => {
    const lab = await loopbackLab();
    const { code, stdout } = await hoplabInPipe(['trust'], lab.env);
    expect(code).toBe(1);
    expect(stdout).toContain('not pinned (--yes accepts)');
    expect(await pinned(lab)).toEqual([[], [], [], [], []]);
  });

  it('does not accept a key that has changed; --replace does, of that machine alone', async () => {
    const lab = await loopbackLab();
    await hoplabInPipe(['trust', '--yes'], lab.env);
    const old = testKey().hostKey;
    await knownHosts(lab).replace('192.168.2.11', 22, old.key);
    const changed = await hoplabInPipe(['trust', '--yes'], lab.env);
    expect(changed.code).toBe(1);
    expect(changed.stdout).toContain(old.fingerprint);
    expect(changed.stdout).toContain('hoplab trust --replace k8s-worker1');
    expect((await pinned(lab))[2]).toEqual([old.fingerprint]);
    const replaced = await hoplabInPipe(['trust', '--yes', '--replace', 'k8s-worker1'], lab.env);
    expect(replaced).toMatchObject({ code: 0, stderr: '' });
    expect(replaced.stdout.trim().split('\n')).toHaveLength(1);
    expect(await pinned(lab)).toEqual(all(lab));
  });

  it.each([['up'], ['trust']])('takes what %s says to type when a jump host has another key', async (command) => {
    const lab = await loopbackLab();
    await hoplabInPipe(['trust', '--yes'], lab.env);
    await knownHosts(lab).replace('127.0.0.1', lab.jump.port, testKey().hostKey.key);
    const { code, stdout, stderr } = await hoplabInPipe([command], { ...lab.env, HOPLAB_PASSWORD: 'any' });
    expect({ code, stdout, stderr }).toMatchObject({ code: 1 });
    const remedy = /hoplab trust --replace '[^']+'/.exec(stdout)?.[0] ?? '';
    expect(remedy).toContain(`jump host 127.0.0.1:${lab.jump.port}`);
    const script = `hoplab() { ${hoplabWords.map(quote).join(' ')} "$@"; }; ${remedy} --yes`;
    await promisify(execFile)('sh', ['-c', script], { env: { PATH: process.env['PATH'], ...lab.env } });
    expect(await pinned(lab)).toEqual(all(lab));
  });

  it('--replace of a machine that there is not names those that there are', async () => {
    const lab = await loopbackLab();
    const { code, stderr } = await hoplabInPipe(['trust', '--replace', 'nobody'], lab.env);
    expect(code).toBe(2);
    for (const name of ['k8s-master', 'k8s-worker2', 'jump host']) expect(stderr).toContain(name);
  });
});

describe.skipIf(terminalMissing)('hoplab trust in a terminal', { timeout: 60_000 }, () => {
  it('pins what the user says yes to, and no more', async () => {
    const lab = await loopbackLab();
    const answers: Typed[] = [
      { after: 'Pin jump host', keys: 'y\n' },
      { after: 'Pin k8s-master', keys: 'y\n' },
      { after: 'Pin k8s-worker1', keys: '\n' },
      { after: 'Pin k8s-worker2', keys: 'yes\n' },
      { after: 'Pin client', keys: 'y\n' },
    ];
    const env = { ...lab.env, HOPLAB_PASSWORD: 'unused' };
    const { code, shown } = await hoplabInTerminal(['trust'], env, answers);
    expect({ code, shown }).toMatchObject({ code: 1 });
    const wanted = all(lab);
    wanted[2] = [];
    expect(await pinned(lab)).toEqual(wanted);
    expect(shown).toContain(lab.node.hostKey.fingerprint);
  });

  it('asks for a password once, though it jumps for every node', async () => {
    const lab = await loopbackLab({ jump: { authenticate: withPassword('secret') } });
    const { code, shown } = await hoplabInTerminal(['trust', '--yes'], lab.env, [
      { after: 'SSH password for', keys: 'secret\n' },
    ]);
    expect({ code, shown }).toMatchObject({ code: 0 });
    expect(await pinned(lab)).toEqual(all(lab));
    expect(shown).not.toContain('secret');
  });

  it.skipIf(!hasProgram('sh', '-c', 'command -v ssh-keygen'))('asks for the passphrase of a key once', async () => {
    const lab = await loopbackLab({ ssh: 'user: lab, key: ./key' });
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', join(lab.folder, 'key')]);
    const { code, shown } = await hoplabInTerminal(['trust', '--yes'], lab.env, [
      { after: 'Passphrase of', keys: 'secret\n' },
    ]);
    expect({ code, shown }).toMatchObject({ code: 0 });
  });
});
