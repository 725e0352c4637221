import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { sh } from '../../src-main/machines/command.ts';
import {
  HostKeyChanged,
  HostKeyUnknown,
  MachineUnreachable,
  OutdatedAlgorithms,
} from '../../src-main/machines/errors.ts';
import { scanHostKey } from '../../src-main/machines/ssh/scan-host-key.ts';
import { explain } from '../../src-main/rollout/explain.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import { freePort } from './open-sshd.ts';
import { loopbackRoute } from './route.ts';
import { withPassword } from './ssh2-answers.ts';
import { testKey } from './ssh2-server.ts';
import { startSsh2Server } from './start-ssh2-server.ts';

test('an unknown host key is refused with its fingerprint, and nothing is pinned or asked', async () => {
  let logins = 0;
  const server = await startSsh2Server({
    authenticate: (context) => {
      logins += 1;
      context.accept();
    },
  });
  const route = await loopbackRoute(server.port, { acceptNew: false });
  const error = await openSshMachine(route).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HostKeyUnknown);
  expect(error).toMatchObject({ fingerprint: server.hostKey.fingerprint });
  expect((error as Error).message).toContain(server.hostKey.fingerprint);
  expect(await route.knownHosts.lookup('127.0.0.1', server.port)).toEqual([]);
  expect(logins).toBe(0);
});

test('acceptNew pins the key once, and the pinned key is enough from then on', async () => {
  const server = await startSsh2Server();
  const route = await loopbackRoute(server.port);
  await (await openSshMachine(route)).close();
  await (await openSshMachine({ ...route, acceptNew: false })).close();
  const { type, key } = server.hostKey;
  expect(await readFile(route.knownHosts.file, 'utf8')).toBe(
    `[127.0.0.1]:${server.port} ${type} ${key.toString('base64')}\n`,
  );
});

test('a key that the user confirms is pinned, with all the time the user needs', async () => {
  const server = await startSsh2Server();
  const asked: string[] = [];
  const confirm = async (machine: string, shown: string) => {
    asked.push(machine, shown);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return true;
  };
  const route = await loopbackRoute(server.port, { acceptNew: false, confirm, limits: { connect: 1000 } });
  await (await openSshMachine(route)).close();
  await (await openSshMachine(route)).close();
  expect(asked).toEqual(['k8s-test', server.hostKey.fingerprint]);
});

test('a key that the user does not confirm is HostKeyUnknown', async () => {
  const server = await startSsh2Server();
  const route = await loopbackRoute(server.port, { acceptNew: false, confirm: async () => false });
  await expect(openSshMachine(route)).rejects.toBeInstanceOf(HostKeyUnknown);
});

test('another key than the pinned one is HostKeyChanged, even when new keys are accepted, before any secret is asked', async () => {
  const server = await startSsh2Server({ authenticate: withPassword('any') });
  const old = testKey().hostKey;
  let asked = 0;
  const password = async () => ((asked += 1), 'any');
  const route = await loopbackRoute(server.port, { access: { password: true }, secrets: { password } });
  await route.knownHosts.pin('127.0.0.1', server.port, old.key);
  const error = await openSshMachine(route).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HostKeyChanged);
  expect(asked).toBe(0);
  expect(error).toMatchObject({ pinned: [old.fingerprint], shown: server.hostKey.fingerprint, retryable: false });
});

test('a host with several keys shows the pinned one, whichever it would prefer', async () => {
  const keys = [testKey('ec'), testKey('rsa')];
  for (const pinned of keys) {
    const server = await startSsh2Server({ hostKeys: keys });
    const route = await loopbackRoute(server.port, { acceptNew: false });
    await route.knownHosts.pin('127.0.0.1', server.port, pinned.hostKey.key);
    await (await openSshMachine(route)).close();
  }
});

test('two machines that connect at once lose no pin', async () => {
  const servers = await Promise.all([1, 2, 3].map(() => startSsh2Server()));
  const { knownHosts } = await loopbackRoute(1);
  const machines = await Promise.all(
    servers.map(async ({ port }) => openSshMachine(await loopbackRoute(port, { knownHosts }))),
  );
  for (const { port, hostKey } of servers) {
    expect((await knownHosts.lookup('127.0.0.1', port)).map((known) => known.fingerprint)).toEqual([
      hostKey.fingerprint,
    ]);
  }
  await Promise.all(machines.map((machine) => machine.close()));
});

test('scanning gets the key without logging in', async () => {
  let logins = 0;
  const server = await startSsh2Server({
    authenticate: (context) => {
      logins += 1;
      context.accept();
    },
  });
  const scanned = await scanHostKey(await loopbackRoute(server.port));
  expect(scanned).toEqual(server.hostKey);
  expect(logins).toBe(0);
  await expect(scanHostKey(await loopbackRoute(await freePort()))).rejects.toBeInstanceOf(MachineUnreachable);
});

test('through a jump host, both host keys are pinned and scanned', async () => {
  const jump = await startSsh2Server();
  const server = await startSsh2Server();
  const access = { user: 'lab', jump: { address: '127.0.0.1', user: 'guest', port: jump.port } };
  const route = await loopbackRoute(server.port, { access });
  const machine = await openSshMachine(route);
  expect((await machine.run(sh`echo through`)).stdout).toBe('through\n');
  expect(await route.knownHosts.lookup('127.0.0.1', jump.port)).toEqual([jump.hostKey]);
  expect(await route.knownHosts.lookup('127.0.0.1', server.port)).toEqual([server.hostKey]);
  await machine.close();
  await expect.poll(() => jump.connections.size + server.connections.size).toBe(0);

  expect(await scanHostKey(route)).toEqual(server.hostKey);
});

test("a jump host's unknown key is refused, and so is a target behind it that is not there", async () => {
  const jump = await startSsh2Server();
  const access = { jump: { address: '127.0.0.1', user: 'guest', port: jump.port } };
  const route = await loopbackRoute(await freePort(), { access, acceptNew: false });
  await expect(openSshMachine(route)).rejects.toThrow(
    /host key of the jump host guest@127\.0\.0\.1:\d+ of k8s-test is not known/,
  );
  await expect(openSshMachine({ ...route, acceptNew: true })).rejects.toBeInstanceOf(MachineUnreachable);
  await expect.poll(() => jump.connections.size).toBe(0);
});

test("a jump host's changed key is its own, not that of the machine behind it", async () => {
  const jump = await startSsh2Server();
  const old = testKey().hostKey;
  const access = { jump: { address: '127.0.0.1', user: 'guest', port: jump.port } };
  const route = await loopbackRoute(await freePort(), { access });
  await route.knownHosts.pin('127.0.0.1', jump.port, old.key);
  const changed = { host: `jump host 127.0.0.1:${jump.port}`, machine: 'k8s-test', pinned: [old.fingerprint] };
  await expect(openSshMachine(route)).rejects.toMatchObject(changed);
  await expect(scanHostKey(route)).rejects.toMatchObject(changed);
});

test('an RSA host key proves itself with SHA-2; with SHA-1 alone it is refused as OpenSSH does, before any secret is asked', async () => {
  const rsa = { hostKeys: [testKey('rsa')] };
  const modern = await startSsh2Server(rsa);
  await (await openSshMachine(await loopbackRoute(modern.port))).close();
  const old = await startSsh2Server({ ...rsa, algorithms: { serverHostKey: ['ssh-rsa'] } });
  const password = async () => {
    throw new Error('nobody should ask');
  };
  const route = await loopbackRoute(old.port, { access: { password: true }, secrets: { password } });
  const error = await openSshMachine(route).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OutdatedAlgorithms);
  expect((error as Error).message).toContain('(its Host key format: ssh-rsa)');
  expect(explain(error).remedy.en).toContain('ssh-keygen -A');
});
