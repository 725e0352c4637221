import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sh } from '../../src-main/machines/command.ts';
import { CommandFailed, SudoRefused } from '../../src-main/machines/errors.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import type { Machine } from '../../src-main/machines/machine.ts';
import { describeMachine } from './machine-suite.ts';
import { openSshd, sshdMissing, type OpenSshd } from './open-sshd.ts';
import { loopbackRoute } from './route.ts';
import { sudoMissing, sudoUser, type SudoUser } from './sudo-user.ts';

const installed = existsSync('/usr/sbin/sshd') ? undefined : 'only an installed sshd sees users that are made later';
const missing = sshdMissing() ?? installed ?? sudoMissing();
if (missing) console.warn(`sudo with a password was not tried: ${missing}`);
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(missing)('sudo', () => {
  let sshd: OpenSshd;
  let asking: SudoUser;
  let trusted: SudoUser;
  let nobody: SudoUser;

  beforeAll(async () => {
    sshd = await openSshd();
    asking = await sudoUser('ALL');
    trusted = await sudoUser('NOPASSWD: ALL');
    nobody = await sudoUser();
  });
  afterAll(async () => {
    await sshd.stop();
    for (const user of [asking, trusted, nobody]) await user.remove();
  });

  const open = async (user: SudoUser, sudo: 'password' | 'passwordless', sudoPassword?: () => string | undefined) => {
    const access = { user: user.name, key: sshd.keys.ed25519, sudo };
    return openSshMachine(
      await loopbackRoute(sshd.port, { access, secrets: { sudoPassword: async () => sudoPassword?.() } }),
    );
  };
  const opened = async (...parameters: Parameters<typeof open>): Promise<Machine> => {
    const machine = await open(...parameters);
    onTestFinished(() => machine.close());
    return machine;
  };

  describeMachine('a machine whose sudo asks for a password', () => open(asking, 'password', () => asking.password));
  describeMachine('a machine whose sudo asks for none', () => open(trusted, 'passwordless'));

  test('the password is asked for once, and only when root is needed', async () => {
    let asked = 0;
    const machine = await opened(asking, 'password', () => (asked++, asking.password));
    expect((await machine.run(sh`id -un`)).stdout).toBe(`${asking.name}\n`);
    expect(asked).toBe(0);
    await Promise.all([1, 2, 3].map(() => machine.run(sh`true`, { sudo: true })));
    expect(asked).toBe(1);
  });

  test('a user who needs no password is not asked, and none gets into the input', async () => {
    let asked = 0;
    const machine = await opened(trusted, 'password', () => (asked++, 'not to be seen'));
    expect((await machine.run(sh`cat`, { sudo: true, input: 'first\nsecond\n' })).stdout).toBe('first\nsecond\n');
    expect(asked).toBe(0);
  });

  test('sudo that remembers the user leaves no password in the input', async () => {
    const machine = await opened(asking, 'password', () => asking.password);
    await machine.run(sh`sudo -S -v`, { input: `${asking.password}\n` });
    expect((await machine.run(sh`cat`, { sudo: true, input: 'mine\n' })).stdout).toBe('mine\n');
  });

  test('a wrong password is SudoRefused at once, and the right one may be given the next time', async () => {
    const passwords = ['wrong', asking.password];
    const machine = await opened(asking, 'password', () => passwords.shift());
    const error = await machine.run(sh`id -u`, { sudo: true, input: 'a\nb\nc\n' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SudoRefused);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong');
    expect((await machine.run(sh`id -u`, { sudo: true })).stdout).toBe('0\n');
  });

  test('a password that stops being right is SudoRefused, whatever the input is', async () => {
    const user = await sudoUser('ALL');
    onTestFinished(() => user.remove());
    const machine = await opened(user, 'password', () => user.password);
    await machine.run(sh`true`, { sudo: true });
    await machine.run(sh`echo ${`${user.name}:another`} | chpasswd`, { sudo: true });
    await expect(machine.run(sh`cat`, { sudo: true, input: Buffer.alloc(1 << 20) })).rejects.toBeInstanceOf(
      SudoRefused,
    );
  });

  test('no password given is SudoRefused', async () => {
    const machine = await opened(asking, 'password');
    await expect(machine.run(sh`true`, { sudo: true })).rejects.toThrow(/sudo needs a password and none was given/);
  });

  test('sudo that wants a password although the lab file says none is SudoRefused', async () => {
    const machine = await opened(asking, 'passwordless');
    const refused = machine.run(sh`true`, { sudo: true, accept: 'any' });
    await expect(refused).rejects.toBeInstanceOf(SudoRefused);
  });

  test('a user who may not use sudo is SudoRefused in both modes', async () => {
    for (const mode of ['password', 'passwordless'] as const) {
      const machine = await opened(nobody, mode, () => nobody.password);
      await expect(machine.run(sh`true`, { sudo: true })).rejects.toBeInstanceOf(SudoRefused);
    }
  });

  test('the password is in no argument list, no environment and no error', async () => {
    const machine = await opened(asking, 'password', () => asking.password);
    let seen = Promise.resolve('');
    const running = machine.run(sh`echo up; sleep 1; exit 5`, {
      sudo: true,
      onOutput: () => void (seen = processes()),
    });
    const error = await running.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailed);
    expect(await seen).toContain('sleep');
    expect(await seen).not.toContain(asking.password);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(
      JSON.stringify(asking.password).slice(1, -1),
    );
  });
});

/** The arguments and environments of all processes. */
async function processes(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const files = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  return (await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')))).join('\n');
}
