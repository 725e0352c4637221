import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sh } from '../../src-main/machines/command.ts';
import { Cancelled, ConnectionLost, MachineUnreachable } from '../../src-main/machines/errors.ts';
import type { Machine } from '../../src-main/machines/machine.ts';
import type { Route } from '../../src-main/machines/ssh/route.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import { loopbackRoute } from './route.ts';
import { testKey } from './ssh2-server.ts';
import { startSsh2Server } from './start-ssh2-server.ts';
import { tempFolder } from './temp-folder.ts';

vi.setConfig({ testTimeout: 60_000 });

async function open(route: Route): Promise<Machine> {
  const machine = await openSshMachine(route);
  onTestFinished(() => machine.close());
  return machine;
}

test('bulk data travels with aes128-gcm', async () => {
  const server = await startSsh2Server();
  await open(await loopbackRoute(server.port));
  expect(server.cipher).toEqual(['aes128-gcm@openssh.com']);
});

test('a connection that drops fails the running command, and the next one connects again', async () => {
  const server = await startSsh2Server();
  const machine = await open(await loopbackRoute(server.port));
  const command = sh`echo half; sleep 3`;
  const error = await machine.run(command, { onOutput: () => server.drop() }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectionLost);
  expect(error).toMatchObject({ command, retryable: true, output: { stdout: 'half\n' } });
  expect((await machine.run(sh`echo again`)).stdout).toBe('again\n');
});

test('quick commands that are asked for at once take one channel, and one more as root', async () => {
  const server = await startSsh2Server();
  const machine = await open(await loopbackRoute(server.port));
  const options = [...Array.from({ length: 20 }, () => ({})), { sudo: true }, { sudo: true }];
  await Promise.all(options.map((option) => machine.run(sh`true`, { quick: true, ...option })));
  expect(server.sessions.most).toBeLessThanOrEqual(2);
});

test('a connection that drops while nothing runs is made again, once for all who wait', async () => {
  const server = await startSsh2Server();
  const machine = await open(await loopbackRoute(server.port));
  server.drop();
  await expect.poll(() => server.connections.size).toBe(0);
  await Promise.all([1, 2, 3].map(() => machine.run(sh`true`)));
  expect(server.connections.size).toBe(1);
});

test('a machine that reboots is unreachable, and then itself again', async () => {
  const key = testKey();
  const server = await startSsh2Server({ hostKeys: [key] });
  const machine = await open(await loopbackRoute(server.port));
  const { port } = server;
  await server.stop();
  await expect(machine.run(sh`true`)).rejects.toMatchObject({ retryable: true });
  await expect(machine.run(sh`true`)).rejects.toBeInstanceOf(MachineUnreachable);
  await startSsh2Server({ hostKeys: [key], port });
  expect((await machine.run(sh`echo back`)).stdout).toBe('back\n');
});

test('a machine that stops answering is noticed by keepalives', async () => {
  const server = await startSsh2Server();
  const machine = await open(await loopbackRoute(server.port, { limits: { keepalive: 200 } }));
  const running = machine.run(sh`sleep 5`);
  setTimeout(() => server.freeze(), 300);
  await expect(running).rejects.toThrow(/stopped answering while a command was running/);
});

test('a machine that does not say goodbye is let go all the same', async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const server = await startSsh2Server();
  const machine = await open(await loopbackRoute(server.port));
  await machine.run(sh`true`);
  server.freeze();
  const before = sockets();
  await machine.close();
  expect(sockets()).toBe(before - 1);
});

test('a command whose channel ends without an exit code is ConnectionLost', async () => {
  const server = await startSsh2Server({ exec: (_command, channel) => channel.close() });
  const machine = await open(await loopbackRoute(server.port));
  await expect(machine.run(sh`true`)).rejects.toBeInstanceOf(ConnectionLost);
});

test('no more than 8 commands run at once, and all get their turn', async () => {
  const server = await startSsh2Server();
  const machine = await open(await loopbackRoute(server.port));
  const folder = await tempFolder();
  const full = `${await tempFolder()}/full`;
  // Each counts those that run beside it: the server sees the end of a session late where the computer is busy. The first
  // ones wait until there are eight.
  const counted = sh`
    touch ${folder}/$$
    for _ in $(seq 200); do
      [ -e ${full} ] && break
      [ "$(ls ${folder} | wc -l)" -ge 8 ] && touch ${full}
      sleep 0.05
    done
    ls ${folder} | wc -l
    sleep 0.1
    rm ${folder}/$$`;
  const counts = await Promise.all(
    Array.from({ length: 30 }, async () => Number((await machine.run(counted)).stdout.trim())),
  );
  expect(Math.max(...counts)).toBe(8);
  expect(server.sessions.refused).toBe(0);
  await expect.poll(() => server.sessions.open, { timeout: 10_000 }).toBe(0);
});

test.each([1, 3])('a server that takes only %i sessions gets no more after it refused', async (maxSessions) => {
  const server = await startSsh2Server({ maxSessions });
  const machine = await open(await loopbackRoute(server.port));
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  const outputs = await Promise.all(numbers.map((number) => machine.run(sh`sleep 0.05; echo ${number}`)));
  expect(outputs.map(({ stdout }) => Number(stdout))).toEqual(numbers);
  expect(server.sessions.refused).toBeLessThan(8);
});

test('a command that waits for its turn is cancelled without disturbing the others', async () => {
  const server = await startSsh2Server();
  const machine = await open(await loopbackRoute(server.port, { limits: { channels: 1 } }));
  const abort = new AbortController();
  const first = machine.run(sh`sleep 1; echo first`);
  const second = machine.run(sh`echo second`, { signal: abort.signal });
  const third = machine.run(sh`echo third`);
  setTimeout(() => abort.abort(), 200);
  await expect(second).rejects.toBeInstanceOf(Cancelled);
  expect([(await first).stdout, (await third).stdout]).toEqual(['first\n', 'third\n']);
});

test('a host that accepts and says nothing is unreachable after the limit, and can be cancelled before', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const route = await loopbackRoute(port, { limits: { connect: 500 } });
  await expect(openSshMachine(route)).rejects.toThrow(/no answer within 0.5 s/);
  const signal = AbortSignal.timeout(100);
  await expect(openSshMachine({ ...route, limits: {}, signal })).rejects.toBeInstanceOf(Cancelled);
});

test('something that is not SSH is unreachable with a sentence', async () => {
  const other = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const route = await loopbackRoute((other.address() as AddressInfo).port);
  await expect(openSshMachine(route)).rejects.toBeInstanceOf(MachineUnreachable);
});

test('a jump host that drops ends the connection behind it, and both are made again', async () => {
  const jump = await startSsh2Server();
  const server = await startSsh2Server();
  const access = { jump: { address: '127.0.0.1', user: 'guest', port: jump.port } };
  const machine = await open(await loopbackRoute(server.port, { access }));
  await expect(machine.run(sh`echo up; sleep 3`, { onOutput: () => jump.drop() })).rejects.toBeInstanceOf(
    ConnectionLost,
  );
  expect((await machine.run(sh`echo again`)).stdout).toBe('again\n');
});

test('commands are cancelled even where the server takes only 3 sessions', async () => {
  const server = await startSsh2Server({ maxSessions: 3 });
  const machine = await open(await loopbackRoute(server.port));
  const abort = new AbortController();
  const running = Array.from({ length: 5 }, () => machine.run(sh`sleep 100`, { signal: abort.signal }));
  setTimeout(() => abort.abort(), 1000);
  const results = await Promise.allSettled(running);
  for (const result of results) expect(result).toMatchObject({ reason: { name: 'Cancelled' } });
  await expect.poll(() => server.sessions.open, { timeout: 10_000 }).toBe(0);
});
