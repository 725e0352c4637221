import { mkdir, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { PageServer, type PageServerOptions } from '../../../src-main/browser/page-server.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleEngine } from '../engine/example-engine.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

/** A page server with a small page, and the ways to ask it. It ends with the test. */
export async function servedPage(options: Partial<PageServerOptions> = {}) {
  const { engine } = await exampleEngine(sampledLab, sampled, { door: 'browser' });
  const folder = join(await tempFolder(), 'renderer');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<meta name="hoplab-nonce" content="%NONCE%" />');
  await writeFile(join(folder, 'assets', 'index.js'), 'export {};');
  await writeFile(join(folder, '..', 'secret.html'), 'secret');
  const links: string[] = [];
  const server = new PageServer({ engine, folder, port: 0, onLink: (link) => links.push(link), ...options });
  const port = await server.listen();
  onTestFinished(async () => {
    await server.close();
    await engine.close();
  });
  return { ...asking(port), engine, server, port, links };
}

/** How a page server on a port is asked. */
export function asking(port: number) {
  const own: Headers = { origin: `http://127.0.0.1:${port}` };
  const get = (path: string, headers: Headers = {}, method = 'GET'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        let body = '';
        response.on('data', (data: Buffer) => (body += data.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      asked.on('error', reject).end();
    });
  /** Opens the way to the engine as a browser does, with what the page offers. */
  const open = (offers: readonly string[], headers: Headers = own, path = '/engine'): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...offers], { headers });
    return new Promise((resolve, reject) => socket.once('open', () => resolve(socket)).once('error', reject));
  };
  /** Sends bytes as they are, and gives back the connection. */
  const send = (bytes: string): Socket => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined); // being cut off is an answer
    socket.write(bytes);
    return socket;
  };
  return { own, get, open, send };
}

/** Everything that comes until the other side ends. */
export async function received(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString()));
  await new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  return text;
}

/** What a page offers that was opened by a link. */
export function byLink(link: string, key = 'k'.repeat(43)): string[] {
  return ['hoplab', `key.${key}`, `link.${new URL(link).hash.replace('#link=', '')}`];
}

export function byKey(key = 'k'.repeat(43)): string[] {
  return ['hoplab', `key.${key}`];
}
