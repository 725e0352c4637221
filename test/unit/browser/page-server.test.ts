import { mkdir, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PageServer } from '../../../src-main/browser/page-server.ts';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleEngine, type Client } from '../engine/example-engine.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';

let engine: Engine;
let server: PageServer;
let port: number;
let links: string[];
let idle: number;

beforeEach(async () => {
  ({ engine } = await exampleEngine(sampledLab, sampled, { door: 'browser' }));
  const folder = join(await tempFolder(), 'renderer');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<meta name="hoplab-nonce" content="%NONCE%" />');
  await writeFile(join(folder, 'assets', 'index.js'), 'export {};');
  await writeFile(join(folder, '..', 'secret.html'), 'secret');
  links = [];
  idle = 0;
  const options = { engine, folder, port: 0, idle: 500, onIdle: () => void (idle += 1) };
  server = new PageServer({ ...options, onLink: (link) => links.push(link) });
  port = await server.listen();
});
afterEach(async () => {
  await server.close();
  await engine.close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asking.on('error', reject).end();
  });
}

const token = () => new URL(links.at(-1) ?? '').search;

async function enter(): Promise<Record<string, string>> {
  const { headers } = await get(`/${token()}`);
  return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

function open(headers: Readonly<Record<string, string>>, path = '/engine'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  return new Promise((resolve, reject) => socket.once('open', () => resolve(socket)).once('error', reject));
}

describe('the page of a browser', () => {
  it('is shown to who has the link, once', async () => {
    const link = token();
    const first = await get(`/${link}`);
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(first.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await get(`/${link}`)).status).toBe(401);
    expect(links).toHaveLength(2);
  });

  it('is shown to nobody else', async () => {
    for (const path of ['/', '/assets/index.js', '/?token=', '/?token=guess']) {
      expect((await get(path)).status).toBe(401);
    }
    expect((await get('/', { cookie: `hoplab-${port}=guess` })).status).toBe(401);
  });

  it('has a nonce of its own each time, in the policy and in the page', async () => {
    const cookie = await enter();
    const pages = await Promise.all([get('/', cookie), get('/', cookie)]);
    const nonces = pages.map(({ body }) => /content="([^"]+)"/.exec(body)?.[1] ?? '');
    expect(new Set(nonces).size).toBe(2);
    for (const [index, { headers }] of pages.entries()) {
      const policy = headers['content-security-policy'] ?? '';
      expect(policy).toContain(`'nonce-${nonces[index] ?? ''}'`);
      expect(policy).toMatch(/default-src 'none'; script-src 'self';/);
      expect(policy).not.toContain('unsafe');
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    }
  });

  it('gives nothing outside its folder, and only reads', async () => {
    const cookie = await enter();
    expect((await get('/assets/index.js', cookie)).status).toBe(200);
    for (const path of ['/../secret.html', '/..%2fsecret.html', '/%2e%2e/secret.html', '/%00', '/%', '/assets/']) {
      expect([path, (await get(path, cookie)).status]).toEqual([path, 404]);
    }
    expect((await get('/', cookie, 'POST')).status).toBe(405);
  });

  it('is refused under another name: no page can bend a name to this address', async () => {
    const cookie = await enter();
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
      expect((await get('/', { ...cookie, host })).status).toBe(403);
    }
  });
});

describe('the way from the page to the engine', () => {
  const own = () => ({ origin: `http://127.0.0.1:${port}` });

  it('carries the contract', async () => {
    const socket = await open({ ...(await enter()), ...own() });
    const client: Client = createORPCClient(new RPCLink({ websocket: socket as never }));
    expect(await client.about()).toMatchObject({ door: 'browser', localTerminal: false });
    const refused = client.terminals.open({ lab: 'x', machine: 'this-computer', columns: 80, rows: 24 });
    await expect(refused).rejects.toMatchObject({ code: 'FAILED' });
    socket.close();
  });

  it('is open to the page alone', async () => {
    const cookie = await enter();
    await expect(open({ ...cookie, origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(open(cookie)).rejects.toThrow('403');
    await expect(open(own())).rejects.toThrow('403');
    await expect(open({ ...cookie, ...own(), host: 'evil.example' })).rejects.toThrow('403');
    await expect(open({ ...cookie, ...own() }, '/other')).rejects.toThrow('403');
  });

  it('ends after a while without a page, and not while there is one', async () => {
    const socket = await open({ ...(await enter()), ...own() });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(idle).toBe(0);
    socket.close();
    await expect.poll(() => idle, { timeout: 2000 }).toBe(1);
  });
});
