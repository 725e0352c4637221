import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sh } from '../../src-main/machines/command.ts';
import { AuthenticationRefused, ConnectionLost, KeyUnusable } from '../../src-main/machines/errors.ts';
import type { SshAccess } from '../../src-main/lab/lab.ts';
import type { Machine } from '../../src-main/machines/machine.ts';
import { scanHostKey } from '../../src-main/machines/ssh/scan-host-key.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import { describeMachine } from './machine-suite.ts';
import { openSshd, sshdMissing, type OpenSshd } from './open-sshd.ts';
import { sudoUser, userMissing } from './sudo-user.ts';
import { loopbackRoute } from './route.ts';
import { tempFolder } from './temp-folder.ts';

const missing = sshdMissing();
if (missing) console.warn(`SKIPPED: the real sshd was not tried: ${missing}`);
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(missing)('OpenSSH', () => {
  let sshd: OpenSshd;
  beforeAll(async () => {
    sshd = await openSshd();
  });
  afterAll(() => sshd.stop());

  const login = async (access: Partial<SshAccess>, passphrase?: string): Promise<Machine> => {
    const secrets = { passphrase: async () => passphrase };
    const machine = await openSshMachine(await loopbackRoute(sshd.port, { access, secrets }));
    onTestFinished(() => machine.close());
    return machine;
  };

  describeMachine('a machine', async () =>
    openSshMachine(await loopbackRoute(sshd.port, { access: { key: sshd.keys.ed25519 } })),
  );

  test.each(['ed25519', 'ecdsa', 'rsa'] as const)('a key of type %s logs in', async (type) => {
    const machine = await login({ key: sshd.keys[type] });
    expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
  });

  test('an encrypted key logs in with its passphrase, and with nothing else', async () => {
    const machine = await login({ key: sshd.keys.encrypted }, sshd.passphrase);
    expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
    await expect(login({ key: sshd.keys.encrypted }, 'another')).rejects.toThrow(
      /does not open with the given passphrase/,
    );
    await expect(login({ key: sshd.keys.encrypted })).rejects.toBeInstanceOf(KeyUnusable);
  });

  test('the agent logs in; without one that is KeyUnusable', async () => {
    const socket = join(await tempFolder(), 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    onTestFinished(() => void agent.kill());
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect
      .poll(() => promisify(execFile)('ssh-add', [sshd.keys.ecdsa]).then(() => 'added', String), { timeout: 10_000 })
      .toBe('added');
    const machine = await login({ agent: true });
    expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
    vi.stubEnv('SSH_AUTH_SOCK', '');
    await expect(login({ agent: true })).rejects.toBeInstanceOf(KeyUnusable);
    vi.stubEnv('SSH_AUTH_SOCK', join(await tempFolder(), 'nobody'));
    await expect(login({ agent: true })).rejects.toBeInstanceOf(AuthenticationRefused);
    await login({ agent: true, key: sshd.keys.ecdsa }).then((other) => other.close());
  });

  test('a user who does not exist is refused', async () => {
    await expect(login({ user: 'nobody-here', key: sshd.keys.rsa })).rejects.toBeInstanceOf(AuthenticationRefused);
  });

  test('each pinned type of a host with three is enough', async () => {
    for (const { key } of Object.values(sshd.hostKeys)) {
      const route = await loopbackRoute(sshd.port, { access: { key: sshd.keys.rsa }, acceptNew: false });
      await route.knownHosts.pin('127.0.0.1', sshd.port, key);
      await (await openSshMachine(route)).close();
    }
    expect(await scanHostKey(await loopbackRoute(sshd.port))).toEqual(sshd.hostKeys.ed25519);
  });

  test('a jump over the host itself works', async () => {
    const jump = { address: '127.0.0.1', user: 'root', port: sshd.port };
    const machine = await login({ key: sshd.keys.ed25519, jump });
    expect((await machine.run(sh`cat | wc -c`, { input: Buffer.alloc(3 << 20) })).stdout.trim()).toBe(String(3 << 20));
  });

  test('30 commands, 10 of them cancelled, and two shells fit into MaxSessions 10', async () => {
    const machine = await login({ key: sshd.keys.ed25519 });
    const shells = [await machine.openShell(), await machine.openShell()];
    const abort = new AbortController();
    const doomed = Array.from({ length: 10 }, () => machine.run(sh`sleep 100`, { signal: abort.signal }));
    const others = Array.from({ length: 20 }, (_, index) => machine.run(sh`echo ${index}`));
    setTimeout(() => abort.abort(), 1000);
    expect((await Promise.allSettled(doomed)).map(({ status }) => status)).toEqual(doomed.map(() => 'rejected'));
    expect((await Promise.all(others)).map(({ stdout }) => Number(stdout))).toEqual(others.map((_, index) => index));
    for (const shell of shells) shell.close();
  });

  test('a machine that dies under a command is there again after it starts', async () => {
    const own = await openSshd();
    onTestFinished(() => own.stop());
    const machine = await openSshMachine(await loopbackRoute(own.port, { access: { key: own.keys.ed25519 } }));
    onTestFinished(() => machine.close());
    const running = machine.run(sh`echo up; sleep 5`, { onOutput: () => void own.crash() });
    await expect(running).rejects.toBeInstanceOf(ConnectionLost);
    await expect(machine.run(sh`true`)).rejects.toMatchObject({ retryable: true });
    await own.start();
    expect((await machine.run(sh`echo back`)).stdout).toBe('back\n');
  });

  // the last: /etc/passwd is replaced when the user goes, and an sshd that is not installed then misses its own user
  test.skipIf(userMissing())('a password logs in', async () => {
    const user = await sudoUser();
    onTestFinished(() => user.remove());
    const own = await openSshd(['PasswordAuthentication yes']);
    onTestFinished(() => own.stop());
    const access = { user: user.name, password: true };
    const withPassword = async (given: string) =>
      openSshMachine(await loopbackRoute(own.port, { access, secrets: { password: async () => given } }));
    const machine = await withPassword(user.password);
    onTestFinished(() => machine.close());
    expect((await machine.run(sh`id -un`)).stdout).toBe(`${user.name}\n`);
    await expect(withPassword('another')).rejects.toBeInstanceOf(AuthenticationRefused);
  });
});
