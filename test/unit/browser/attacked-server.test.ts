import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { byLink, received, servedPage } from './served-page.ts';

/** Targets that are no path of a page. */
const malformed = [
  ...['//', '///', '//:80/', '//@', '//%00', '//[', '//[::1', '//a:b@c:99999/', '//?', '//#', '//engine', '//\\'],
  ...['/\\', '/\\\\', '/\\@', 'http://', 'http:', 'http://[', 'https://:0', 'http://%', 'javascript:0', 'file:///'],
  ...['*', 'engine', '?', '?token=x', '#', '%', '%00', '\\', '\\\\', ':', '.', '..'],
];

/** Every header that makes a WebSocket of it. */
const upgrade = (target: string, host: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

const plain = (target: string, host: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

describe('a server that is attacked', () => {
  it.each([
    ['asked for a page', plain],
    ['asked for a WebSocket', upgrade],
  ])('answers 400 to what is no path, %s, and goes on', async (_, bytes) => {
    const { send, port, get } = await servedPage();
    for (const target of malformed) {
      const text = await received(send(bytes(target, `127.0.0.1:${port}`)));
      expect([target, text.slice(0, 12)]).toEqual([target, 'HTTP/1.1 400']);
    }
    expect((await get('/nothing')).status).toBe(404);
  });

  it('looks whom a request is for before it looks at anything else', async () => {
    const { send, port } = await servedPage();
    for (const host of ['evil.example', `evil.example:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      // some of the others Node.js refuses by itself, before a server sees them
      for (const target of [...malformed.filter((one) => one.startsWith('/')), '/', '/engine', '/nothing']) {
        for (const bytes of [plain(target, host), upgrade(target, host)]) {
          expect([target, (await received(send(bytes))).slice(0, 12)]).toEqual([target, 'HTTP/1.1 403']);
        }
      }
    }
  });

  it('survives clients that are refused and reset the connection', async () => {
    const { send, port, get } = await servedPage();
    for (let count = 0; count < 100; count += 1) {
      const socket = send(upgrade(count % 2 ? '/engine' : '/other', `127.0.0.1:${port}`));
      if (count % 3) await new Promise((resolve) => socket.once('connect', resolve));
      await sleep(count % 5);
      socket.resetAndDestroy();
    }
    await sleep(100);
    expect((await get('/nothing')).status).toBe(404);
  });

  it('lets nobody hold a refused connection open', async () => {
    const { send, port } = await servedPage();
    const held = send(upgrade('/engine', `127.0.0.1:${port}`));
    held.resume();
    await new Promise((resolve) => held.once('end', resolve));
    // it was ended, and does not end itself: what it sends now reaches nobody
    await expect
      .poll(() => (held.write('x'), held.destroyed || held.errored !== null), { timeout: 2000, interval: 50 })
      .toBe(true);
  });

  it('ends at once, whatever its connections do', async () => {
    const { open, links, send, port, server } = await servedPage();
    const host = `127.0.0.1:${port}`;
    const page = await open(byLink(links[0] ?? '')); // let in, and stays
    page.pause();
    const sockets = [
      send(''), // says nothing
      send('GET / HTTP/1.1\r\nHo'), // is slow
      send(upgrade('/engine', host)), // refused, and does not end
      send(upgrade('/other', host)).pause(), // nor reads
      send(`POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\nx`), // never ends its body
    ];
    await sleep(200);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(1000);
    for (const socket of sockets) socket.destroy();
    page.terminate();
  });
});
