import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { Client } from '../engine/example-engine.ts';
import { byKey, byLink, servedPage } from './served-page.ts';

const clientOf = (socket: WebSocket): Client => createORPCClient(new RPCLink({ websocket: socket as never }));

/** Ways out of a folder, as they were tried. */
const outside = [
  ...['/../secret.html', '/..%2fsecret.html', '/%2e%2e/secret.html', '/%2e%2e%2fsecret.html', '/.%2e/secret.html'],
  ...['/%2e./secret.html', '/..%5csecret.html', '/..\\secret.html', '/assets/../../secret.html', '/./../secret.html'],
  ...['/assets/..%2f..%2fsecret.html', '/assets/%2e%2e/%2e%2e/secret.html', '/..;/secret.html', '/..%00/secret.html'],
  ...['/%252e%252e/secret.html', '/..%252fsecret.html', '/%c0%ae%c0%ae/secret.html', '/..%c0%afsecret.html'],
  ...['/%uff0e%uff0e/secret.html', '/../renderer-other/index.html', '/..?/secret.html', '/..#/secret.html'],
  ...[
    '/etc/passwd',
    '/../../../../../../etc/passwd',
    '/%2fetc%2fpasswd',
    '/file:///etc/passwd',
    '/assets/%2fetc/passwd',
  ],
  ...['/proc/self/environ', '/%00', '/%', '/%zz', '/assets', '/assets/', '/.', '/..', '/index.html%00.js'],
];

describe('the page of a browser', () => {
  it('has a nonce of its own each time, in the policy and in the page', async () => {
    const { get, port } = await servedPage();
    const pages = await Promise.all([get('/'), get('/')]);
    const nonces = pages.map(({ body }) => /content="([^"]+)"/.exec(body)?.[1] ?? '');
    expect(new Set(nonces).size).toBe(2);
    for (const [index, { headers }] of pages.entries()) {
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain(`'nonce-${nonces[index] ?? ''}'`);
      expect(policy).toMatch(/default-src 'none'; script-src 'self';/);
      expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${port};`);
      expect(policy).not.toContain('unsafe');
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    }
  });

  it('holds no secret, and nothing that a browser would send to another port', async () => {
    const { get, links } = await servedPage();
    const secret = new URL(links[0] ?? '').hash.replace('#link=', '');
    expect(secret).toMatch(/^[\w-]{43}$/);
    for (const path of ['/', '/assets/index.js', `/?token=${secret}`, '/nothing']) {
      const { headers, body } = await get(path);
      expect(headers['set-cookie']).toBeUndefined();
      expect(JSON.stringify([headers, body])).not.toContain(secret);
    }
  });

  it('gives nothing outside its folder, and only reads', async () => {
    const { get } = await servedPage();
    expect((await get('/assets/index.js')).status).toBe(200);
    for (const path of outside) expect([path, (await get(path)).status]).toEqual([path, 404]);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      expect((await get('/', {}, method)).status).toBe(405);
    }
  });

  it('is refused under another name: no page can bend a name to this address', async () => {
    const { get, port } = await servedPage();
    const names = ['evil.example', '127.0.0.1.evil.example', 'localhost', '[::1]', '0.0.0.0', '127.1', '127.0.0.2'];
    const hosts = [...names.flatMap((name) => [name, `${name}:${port}`]), '127.0.0.1', `127.0.0.1:${port + 1}`];
    for (const host of [...hosts, `evil@127.0.0.1:${port}`, `127.0.0.1:${port}.`, `127.0.0.1:${port}, evil`]) {
      expect([host, (await get('/', { host })).status]).toEqual([host, 403]);
    }
  });
});

describe('the way from the page to the engine', () => {
  it('carries the contract', async () => {
    const { open, links } = await servedPage();
    const socket = await open(byLink(links[0] ?? ''));
    const client = clientOf(socket);
    expect(socket.protocol).toBe('hoplab'); // neither key nor link is told back
    expect(await client.about()).toMatchObject({ door: 'browser', localTerminal: false });
    const refused = client.terminals.open({ lab: 'x', machine: 'this-computer', columns: 80, rows: 24 });
    await expect(refused).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('is opened by a link once, and by the key that came with it ever after', async () => {
    const { open, links } = await servedPage();
    const [link = ''] = links;
    await open(byLink(link));
    await open(byKey());
    await open(byKey()); // another tab
    await expect(open(byLink(link, 'o'.repeat(43)))).rejects.toThrow('403');
    expect(links).toHaveLength(2);
    await open(byLink(links[1] ?? '', 'o'.repeat(43)));
    await open(byKey());
  });

  it('is open to nobody who only knows where it is', async () => {
    const { open, links, own } = await servedPage();
    const link = byLink(links[0] ?? '');
    const offers = [[], ['hoplab'], byKey(), byLink('http://x/#link='), byLink(`http://x/#link=${'g'.repeat(43)}`)];
    for (const offer of [...offers, ['hoplab', link[2] ?? ''], ['hoplab', 'key.short', link[2] ?? '']]) {
      await expect(open(offer)).rejects.toThrow('403');
    }
    const cookie = `hoplab=${'k'.repeat(43)}`;
    await expect(open(byKey(), { ...own, cookie })).rejects.toThrow('403');
    await open(link); // nothing of this has used the link up
    for (const value of [cookie, `key.${'k'.repeat(43)}`, `hoplab=key.${'k'.repeat(43)}`]) {
      for (const offer of [[], ['hoplab']]) await expect(open(offer, { ...own, cookie: value })).rejects.toThrow('403');
    }
  });

  it('is open to the page alone, whoever knows its key', async () => {
    const { open, links, own, port } = await servedPage();
    await open(byLink(links[0] ?? ''));
    const origins = ['http://evil.example', 'null', `https://127.0.0.1:${port}`, `http://localhost:${port}`, 'file://'];
    for (const origin of [...origins, `http://127.0.0.1:${port + 1}`, `http://127.0.0.1:${port}/`]) {
      await expect(open(byKey(), { origin })).rejects.toThrow('403');
    }
    await expect(open(byKey(), {})).rejects.toThrow('403');
    await expect(open(byKey(), { ...own, host: 'evil.example' })).rejects.toThrow('403');
    await expect(open(byKey(), own, '/other')).rejects.toThrow('403');
    await expect(open(byKey(), own, '/engine/')).rejects.toThrow('403');
  });

  it('bears messages that make no sense', async () => {
    const told = vi.spyOn(console, 'error').mockReturnValue(); // the library tells of each
    onTestFinished(() => told.mockRestore());
    const { open, links } = await servedPage();
    const socket = await open(byLink(links[0] ?? ''));
    const to = (url: unknown, body: unknown = {}) => JSON.stringify({ i: '7', p: { u: url, b: body } });
    const paths = [
      '__proto__',
      'constructor',
      'toString',
      'labs/__proto__',
      'labs/constructor/prototype',
      '',
      '/',
      '%',
    ];
    const odd = [
      ...['', 'x', '{', '[]', 'null', '0', '{}', '{"i":1}', '{"i":"__proto__","p":null}', '\0', '"'.repeat(1000)],
      ...paths.flatMap((path) => [to(path), to(`/${path}`), to(`http://x/${path}`)]),
      ...[to(1), to(null), to({ __proto__: 1 }), to('/labs/add', { json: { file: 1 } }), to('//'), to('orpc://[')],
      to('/labs/add', { json: { __proto__: { file: '/etc/passwd' }, constructor: { prototype: {} } } }),
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    ];
    for (const message of odd) {
      socket.send(message);
      socket.send(Buffer.from(message));
    }
    expect(await clientOf(await open(byKey())).about()).toMatchObject({ door: 'browser' });
  });

  it('ends after a while without a page, and not while there is one', async () => {
    let idle = 0;
    const { open, links } = await servedPage({ idle: 500, onIdle: () => void (idle += 1) });
    const socket = await open(byLink(links[0] ?? ''));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(idle).toBe(0);
    socket.close();
    await expect.poll(() => idle, { timeout: 2000 }).toBe(1);
  });
});
