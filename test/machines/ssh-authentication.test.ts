import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:net';
import ssh2, { type AuthContext } from 'ssh2';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sh } from '../../src-main/machines/command.ts';
import { AuthenticationRefused, KeyUnusable, LoginSlow, MachineUnreachable } from '../../src-main/machines/errors.ts';
import { agentKeys } from '../../src-main/machines/ssh/agent.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import { freePort } from './open-sshd.ts';
import { loopbackRoute } from './route.ts';
import { testKey } from './ssh2-server.ts';
import { startSsh2Server } from './start-ssh2-server.ts';
import { tempFolder } from './temp-folder.ts';

const PASSWORD = 'correct horse';

const withPassword = (context: AuthContext) => {
  if (context.method === 'password' && context.password === PASSWORD) context.accept();
  else context.reject(['password']);
};

const withKeyboard = (context: AuthContext) => {
  if (context.method !== 'keyboard-interactive') context.reject(['keyboard-interactive']);
  else
    context.prompt(
      [
        { prompt: 'Name: ', echo: true },
        { prompt: 'Password: ', echo: false },
      ],
      (answers) => {
        if (answers[0] === '' && answers[1] === PASSWORD) context.accept();
        else context.reject();
      },
    );
};

const access = { user: 'lab', password: true };
const secrets = { password: async () => PASSWORD };

test('a password logs in', async () => {
  const server = await startSsh2Server({ authenticate: withPassword });
  const machine = await openSshMachine(await loopbackRoute(server.port, { access, secrets }));
  expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
  expect(machine.where).toBe(`lab@127.0.0.1:${server.port}`);
  await machine.close();
});

test('the password answers keyboard-interactive, and is asked for once', async () => {
  const server = await startSsh2Server({ authenticate: withKeyboard });
  let asked = 0;
  const password = async () => {
    asked += 1;
    return PASSWORD;
  };
  const machine = await openSshMachine(await loopbackRoute(server.port, { access, secrets: { password } }));
  expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
  expect(asked).toBe(1);
  await machine.close();
});

test('a wrong password is AuthenticationRefused, and the error does not hold it', async () => {
  const server = await startSsh2Server({ authenticate: withPassword });
  const route = await loopbackRoute(server.port, { access, secrets: { password: async () => 'hunter2' } });
  const error = await openSshMachine(route).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AuthenticationRefused);
  expect(error).toMatchObject({ machine: 'k8s-test', retryable: false });
  expect((error as Error).message).toMatch(
    /^k8s-test \(lab@127\.0\.0\.1:\d+\) refused the login; offered: password\.$/,
  );
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
});

test('a user who gives no password is refused with what was offered', async () => {
  const server = await startSsh2Server({ authenticate: withPassword });
  await expect(openSshMachine(await loopbackRoute(server.port, { access }))).rejects.toThrow(/offered: nothing/);
});

test('a key comes before the password, which is asked for only when it is needed', async () => {
  const key = testKey();
  const file = join(await tempFolder(), 'key');
  await writeFile(file, key.privateKey, { mode: 0o600 });
  const server = await startSsh2Server({
    authenticate: (context) =>
      context.method === 'publickey' ? context.accept() : context.reject(['publickey', 'password']),
  });
  const password = async () => {
    throw new Error('nobody should ask');
  };
  const route = await loopbackRoute(server.port, { access: { ...access, key: file }, secrets: { password } });
  await (await openSshMachine(route)).close();
});

test('a host that wants a key and then a password gets both', async () => {
  const file = join(await tempFolder(), 'key');
  await writeFile(file, testKey().privateKey);
  let keySeen = false;
  const server = await startSsh2Server({
    authenticate: (context) => {
      if (context.method === 'publickey') {
        keySeen ||= context.signature !== undefined;
        if (context.signature) context.reject(['password'], true);
        else context.accept();
      } else if (keySeen) withPassword(context);
      else context.reject(['publickey']);
    },
  });
  await (await openSshMachine(await loopbackRoute(server.port, { access: { ...access, key: file }, secrets }))).close();
});

test('a prompt may take longer than the limit of the connection', async () => {
  const server = await startSsh2Server({ authenticate: withPassword });
  const slow = () => new Promise<string>((resolve) => setTimeout(() => resolve(PASSWORD), 2500));
  const route = await loopbackRoute(server.port, { access, secrets: { password: slow }, limits: { connect: 2000 } });
  await (await openSshMachine(route)).close();
});

test.each([
  ['an RSA key', 'rsa', undefined],
  ['an EC key', 'ec', undefined],
  ['an RSA key with a passphrase', 'rsa', 'open sesame'],
] as const)('%s in PKCS#8, as openssl writes it, opens the door', async (_what, type, passphrase) => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = join(await tempFolder(), 'key');
  const locked = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem', ...locked }), { mode: 0o600 });
  const server = await startSsh2Server({
    authenticate: (context) => (context.method === 'publickey' ? context.accept() : context.reject(['publickey'])),
  });
  const secrets = { passphrase: async () => passphrase };
  await (await openSshMachine(await loopbackRoute(server.port, { access: { key: file }, secrets }))).close();
});

test.each(['sha256', 'sha512'])('an RSA key signs with %s where the host takes that alone', async (hash) => {
  const file = join(await tempFolder(), 'key');
  const key = testKey('rsa');
  await writeFile(file, key.privateKey, { mode: 0o600 });
  const asked: (string | undefined)[] = [];
  const server = await startSsh2Server({
    authenticate: (context) => {
      if (context.method !== 'publickey') {
        context.reject(['publickey']);
        return;
      }
      asked.push(context.hashAlgo);
      const { signature, blob } = context;
      const parsed = ssh2.utils.parseKey(context.key.data);
      const fits = !signature || (!(parsed instanceof Error) && parsed.verify(blob ?? '', signature, hash));
      if (context.hashAlgo === hash && fits) context.accept();
      else context.reject(['publickey']);
    },
  });
  await (await openSshMachine(await loopbackRoute(server.port, { access: { key: file } }))).close();
  expect(new Set(asked)).toEqual(new Set(hash === 'sha512' ? ['sha512'] : ['sha512', 'sha256']));
});

test('an RSA key never signs with SHA-1', async () => {
  const file = join(await tempFolder(), 'key');
  await writeFile(file, testKey('rsa').privateKey, { mode: 0o600 });
  const asked: (string | undefined)[] = [];
  const server = await startSsh2Server({
    authenticate: (context) => {
      if (context.method === 'publickey') asked.push(context.hashAlgo);
      context.reject(['publickey']);
    },
  });
  const error = await openSshMachine(await loopbackRoute(server.port, { access: { key: file } })).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AuthenticationRefused);
  expect((error as Error).message).toMatch(/offered: publickey\.$/);
  expect(asked).toEqual(['sha512', 'sha256']);
});

test('an agent that does not answer is told as such, within the limit', async () => {
  const socket = join(await tempFolder(), 'agent');
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(socket, resolve));
  onTestFinished(() => void silent.close());
  expect(await agentKeys(socket, 100)).toBeUndefined();
  vi.stubEnv('SSH_AUTH_SOCK', join(await tempFolder(), 'nobody'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await startSsh2Server({ authenticate: (context) => context.reject(['publickey']) });
  await expect(openSshMachine(await loopbackRoute(server.port, { access: { agent: true } }))).rejects.toThrow(
    'offered: agent (it does not answer)',
  );
});

test.each([
  ['does not exist', undefined],
  ['is not a private key that Hoplab can read', 'nonsense'],
  ['is a public key', `${testKey().hostKey.type} ${testKey().hostKey.key.toString('base64')}`],
])('a key file that %s is KeyUnusable', async (sentence, content) => {
  const server = await startSsh2Server();
  const file = join(await tempFolder(), 'key');
  if (content !== undefined) await writeFile(file, content);
  const error = await openSshMachine(await loopbackRoute(server.port, { access: { key: file } })).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KeyUnusable);
  expect((error as Error).message).toContain(`${file} ${sentence}`);
});

test('nothing listening is MachineUnreachable', async () => {
  const error = await openSshMachine(await loopbackRoute(await freePort())).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MachineUnreachable);
  expect(error).toMatchObject({ retryable: true });
  expect((error as Error).message).toMatch(/cannot be reached: nothing listens on that port/);
});

test('a server that wants a key and then a password gets both', async () => {
  const key = testKey();
  const file = join(await tempFolder(), 'key');
  await writeFile(file, key.privateKey, { mode: 0o600 });
  let proved = false;
  const server = await startSsh2Server({
    authenticate: (context) => {
      if (context.method === 'publickey' && !context.signature) context.accept();
      else if (context.method === 'publickey') {
        proved = true;
        context.reject(['password'], true);
      } else if (proved) withPassword(context);
      else context.reject(['publickey']);
    },
  });
  const machine = await openSshMachine(await loopbackRoute(server.port, { access: { ...access, key: file }, secrets }));
  expect((await machine.run(sh`echo in`)).stdout).toBe('in\n');
  await machine.close();
});

test('a server that is slow to answer the login is not called unreachable', async () => {
  const server = await startSsh2Server({ authenticate: () => undefined });
  const route = await loopbackRoute(server.port, { access, secrets, limits: { connect: 700 } });
  await expect(openSshMachine(route)).rejects.toBeInstanceOf(LoginSlow);
});
