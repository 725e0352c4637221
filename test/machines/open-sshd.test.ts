import { execFile } from 'node:child_process';
import { generateKeyPairSync, KeyObject, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { sh } from '../../src-main/machines/command.ts';
import {
  AuthenticationRefused,
  CertificateNotOffered,
  ConnectionLost,
  KeyUnusable,
  OutdatedAlgorithms,
  TooManyKeys,
} from '../../src-main/machines/errors.ts';
import type { SshAccess } from '../../src-main/lab/lab.ts';
import type { Machine } from '../../src-main/machines/machine.ts';
import { scanHostKey } from '../../src-main/machines/ssh/scan-host-key.ts';
import { openConnection } from '../../src-main/machines/ssh/ssh-connection.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import { sha256Of } from '../../src-main/machines/upload.ts';
import { explain } from '../../src-main/rollout/explain.ts';
import { describeMachine } from './machine-suite.ts';
import { openSshd, sshdMissing, type OpenSshd } from './open-sshd.ts';
import { agentWith, certify, keyFiles, lock } from './ssh-agent.ts';
import { sudoUser, userMissing } from './sudo-user.ts';
import { loopbackRoute } from './route.ts';
import { tempFolder } from './temp-folder.ts';

const missing = sshdMissing();
if (missing) console.warn(`SKIPPED: the real sshd was not tried: ${missing}`);
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

function newPair(type: 'rsa' | 'ecdsa' | 'ed25519') {
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return type === 'ecdsa' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
}

function ed25519Line(key: KeyObject): string {
  const point = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  const type = Buffer.from('ssh-ed25519');
  const sizes = [type, point].map(({ length }) => Buffer.from([0, 0, 0, length]));
  const blob = Buffer.concat([sizes[0] ?? type, type, sizes[1] ?? type, point]);
  return `ssh-ed25519 ${blob.toString('base64')}\n`;
}

/** @throws ZodError where ssh2 has none there any more: src-main/machines/ssh/quick-packets.ts */
function keysIn(client: object): { readonly out: KeyObject; readonly in: KeyObject } {
  const key = z.custom<KeyObject>((value) => value instanceof KeyObject);
  const inside = z.object({
    _protocol: z.object({ _cipher: z.object({ _encKey: key }), _decipher: z.object({ _decipherKey: key }) }),
  });
  const { _cipher, _decipher } = inside.parse(client)._protocol;
  return { out: _cipher._encKey, in: _decipher._decipherKey };
}

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

  test.each(['rsa', 'ecdsa', 'ed25519'] as const)(
    'a key of type %s in PKCS#8 logs in, encrypted or not',
    async (type) => {
      const folder = await tempFolder();
      const { privateKey, publicKey } = newPair(type);
      const passphrase = "a 'quoted' pass phrase";
      const form = { type: 'pkcs8', format: 'pem' } as const;
      const [plain, encrypted] = [join(folder, 'plain'), join(folder, 'encrypted')];
      await writeFile(plain, privateKey.export(form), { mode: 0o600 });
      await writeFile(encrypted, privateKey.export({ ...form, cipher: 'aes-256-cbc', passphrase }), { mode: 0o600 });
      await writeFile(join(folder, 'pub'), publicKey.export({ type: 'spki', format: 'pem' }));
      const { stdout } =
        type === 'ed25519'
          ? { stdout: ed25519Line(publicKey) }
          : await promisify(execFile)('ssh-keygen', ['-i', '-m', 'PKCS8', '-f', join(folder, 'pub')]);
      await appendFile(sshd.authorizedKeys, stdout);
      for (const key of [plain, encrypted]) {
        const machine = await login({ key }, passphrase);
        expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
      }
      await expect(login({ key: encrypted }, 'another')).rejects.toThrow(/does not open with the given passphrase/);
      await expect(login({ key: encrypted })).rejects.toThrow(/no passphrase was given/);
    },
  );

  test('the agent logs in; without one that is KeyUnusable', async () => {
    await agentWith([sshd.keys.ecdsa]);
    const machine = await login({ agent: true });
    expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
    vi.stubEnv('SSH_AUTH_SOCK', '');
    await expect(login({ agent: true })).rejects.toBeInstanceOf(KeyUnusable);
    vi.stubEnv('SSH_AUTH_SOCK', join(await tempFolder(), 'nobody'));
    await expect(login({ agent: true })).rejects.toBeInstanceOf(AuthenticationRefused);
    await login({ agent: true, key: sshd.keys.ecdsa }).then((other) => other.close());
  });

  test.each(['RekeyLimit 1M', 'RekeyLimit default 1'])('keys are exchanged anew under way: %s', async (limit) => {
    const own = await openSshd([limit]);
    onTestFinished(() => own.stop());
    const machine = await openSshMachine(await loopbackRoute(own.port, { access: { key: own.keys.ed25519 } }));
    onTestFinished(() => machine.close());
    const sent = randomBytes(8 << 20);
    for (let time = 0; time < 3; time += 1) {
      expect((await machine.run(sh`sha256sum`, { input: sent })).stdout).toContain(sha256Of(sent));
      expect((await machine.run(sh`sleep 1.2; head -c 3000000 /dev/zero`)).stdout.length).toBe(3_000_000);
    }
  });

  test('what ssh2 encrypts with are keys, and not their bytes, after each key exchange', async () => {
    const own = await openSshd(['RekeyLimit 1M']);
    onTestFinished(() => own.stop());
    const route = await loopbackRoute(own.port, { access: { key: own.keys.ed25519 } });
    const connection = await openConnection(route);
    onTestFinished(() => connection.close());
    const first = keysIn(connection.client);
    await new Promise<void>((resolve, reject) => {
      connection.client.exec('head -c 3000000 /dev/zero', (error, channel) =>
        error ? reject(error) : channel.once('close', () => resolve()).resume(),
      );
    });
    await expect.poll(() => keysIn(connection.client).out.equals(first.out), { timeout: 10_000 }).toBe(false);
    expect(keysIn(connection.client).in.equals(first.in)).toBe(false);
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

describe.skipIf(missing)('an OpenSSH server that knows only', () => {
  const reach = async (
    config: string[],
    access: (sshd: OpenSshd) => Partial<SshAccess> = ({ keys }) => ({ key: keys.rsa }),
  ) => {
    const sshd = await openSshd(config);
    onTestFinished(() => sshd.stop());
    const machine = await openSshMachine(await loopbackRoute(sshd.port, { access: access(sshd) }));
    onTestFinished(() => machine.close());
    return machine;
  };

  test.each([
    ['HostKeyAlgorithms ssh-rsa', 'ssh-rsa'],
    ['KexAlgorithms diffie-hellman-group14-sha1', 'diffie-hellman-group14-sha1'],
    ['Ciphers aes128-cbc', 'aes128-cbc'],
  ])('%s is refused, with the name of it', async (line, algorithm) => {
    const error = await reach([line]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OutdatedAlgorithms);
    expect((error as Error).message).toContain(algorithm);
    expect((error as Error).message).toContain('k8s-test');
  });

  test.each(['rsa-sha2-256', 'rsa-sha2-512'])(
    '%s as host key, and keys signed with SHA-2, lets one in',
    async (algorithm) => {
      const machine = await reach([
        `HostKeyAlgorithms ${algorithm}`,
        'PubkeyAcceptedAlgorithms rsa-sha2-256,rsa-sha2-512',
      ]);
      expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
    },
  );

  describe.each(['rsa-sha2-256', 'rsa-sha2-512'])('%s for keys', (algorithm) => {
    const config = [`PubkeyAcceptedAlgorithms ${algorithm}`];

    test('lets in a key', async () => {
      expect((await (await reach(config)).run(sh`echo in`)).stdout).toBe('in\n');
    });

    test('lets in the key of an agent', async () => {
      const sshd = await openSshd(config);
      onTestFinished(() => sshd.stop());
      await agentWith([sshd.keys.rsa]);
      const machine = await openSshMachine(await loopbackRoute(sshd.port, { access: { agent: true } }));
      expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
      await machine.close();
    });
  });

  describe.each(['PubkeyAcceptedAlgorithms ssh-ed25519-cert-v01@openssh.com', 'AuthorizedKeysFile none'])(
    'user certificates (%s)',
    (line) => {
      test.each([false, true])('says so, though the key has one (with an agent: %s)', async (agent) => {
        const sshd = await openSshd([line]);
        onTestFinished(() => sshd.stop());
        const key = sshd.keys.ed25519;
        await certify(key);
        if (agent) await agentWith([key]);
        const opened = openSshMachine(await loopbackRoute(sshd.port, { access: { key, agent } }));
        const error = await opened.catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(CertificateNotOffered);
        expect((error as Error).message).toMatch(
          /^k8s-test \(.*\) refused the login; offered: (?:publickey|agent) \(its certificate cannot be offered, only (?:the key|keys)\)\.$/,
        );
        expect(explain(error).remedy.en).toContain('ssh-copy-id -f -i KEY.pub');
      });
    },
  );

  describe('six tries, with an agent of seven keys', () => {
    const MAX = ['MaxAuthTries 6'];

    /** The last key of the agent opens the door. */
    async function lastOpens(
      named: (key: string) => Partial<SshAccess> | Promise<Partial<SshAccess>>,
      type: 'ed25519' | 'rsa' = 'ed25519',
    ) {
      const keys = await keyFiles(type, 7);
      const last = keys.at(-1) ?? '';
      await agentWith(keys);
      const sshd = await openSshd(MAX);
      onTestFinished(() => sshd.stop());
      await writeFile(sshd.authorizedKeys, await readFile(`${last}.pub`));
      const machine = await openSshMachine(
        await loopbackRoute(sshd.port, { access: { agent: true, ...(await named(last)) } }),
      );
      onTestFinished(() => machine.close());
      return machine;
    }

    test.each(['ed25519', 'rsa'] as const)(
      'takes the key that the lab file names, by its .pub alone (%s)',
      async (type) => {
        const machine = await lastOpens((key) => {
          rmSync(key);
          return { key: `${key}.pub` };
        }, type);
        expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
      },
    );

    test('takes the key that the lab file names from the agent, and asks for no passphrase', async () => {
      const machine = await lastOpens(async (key) => {
        await lock(key, 'open sesame');
        return { key };
      });
      expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
    });

    test('says that they are too many where none is named', async () => {
      await expect(lastOpens(() => ({}))).rejects.toBeInstanceOf(TooManyKeys);
    });
  });

  test('a .pub whose private key the agent has not is KeyUnusable, with that word', async () => {
    const [one = '', other = ''] = await keyFiles('ed25519', 2);
    await agentWith([one]);
    const access = { agent: true, key: `${other}.pub` };
    const error = await reach([], () => access).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KeyUnusable);
    expect((error as Error).message).toBe(
      `k8s-test: ${other}.pub is a public key, and the SSH agent has not its private key.`,
    );
  });
});
