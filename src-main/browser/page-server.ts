import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Engine } from '../engine/engine.ts';
import { router } from '../engine/procedures/router.ts';
import { readPageFile } from '../page/page-files.ts';
import { pageHeaders, pagePolicy } from '../page/page-policy.ts';
import { Access } from './access.ts';

/** Bytes that wait for a page that does not read; then it is cut off, and dials again when it wakes up. */
const WAITING = 64 << 20;
const LARGEST_MESSAGE = 4 << 20;

export interface PageServerOptions {
  readonly engine: Engine;
  /** Folder of the built renderer. */
  readonly folder: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Told the link that opens the page, and a new one whenever that was used. */
  readonly onLink: (link: string) => void;
  /** Milliseconds without a page after which `onIdle` is called; undefined: never. */
  readonly idle?: number | undefined;
  readonly onIdle?: () => void;
}

/** Serves the page and the engine on loopback, to whoever has the link. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  readonly #rpc = new RPCHandler(router);
  #access: Access | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #watch: NodeJS.Timeout;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#http = createServer((request, response) => void this.#answer(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#watch = setInterval(() => this.#cutOffSleepers(), 1000).unref();
  }

  /** @returns the port @throws when it is taken */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen({ host: '127.0.0.1', port: this.#options.port, exclusive: true }, resolve);
    });
    const { port } = this.#http.address() as AddressInfo;
    this.#access = new Access(port);
    this.#tellLink(port);
    this.#startIdle();
    return port;
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#closed = true;
    clearTimeout(this.#idle);
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const access = this.#access;
    const url = new URL(request.url ?? '/', 'http://page');
    const nonce = randomBytes(16).toString('base64');
    const { host = '' } = request.headers;
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    response.setHeader('Content-Security-Policy', pagePolicy(nonce, [`ws://${host}`]));
    if (!access?.isOwnHost(request)) {
      end(response, 403);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      end(response, 405);
      return;
    }
    const token = url.searchParams.get('token');
    const cookie = token === null ? undefined : access.trade(token);
    if (cookie !== undefined) {
      response.setHeader('Set-Cookie', cookie).setHeader('Location', '/');
      this.#tellLink(Number(host.split(':')[1]));
      end(response, 303);
      return;
    }
    if (!access.isKnown(request)) {
      end(response, 401);
      return;
    }
    const file = await readPageFile(this.#options.folder, url.pathname, nonce);
    if (!file) {
      end(response, 404);
      return;
    }
    response.writeHead(200, { 'Content-Type': file.type }).end(request.method === 'HEAD' ? undefined : file.body);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const access = this.#access;
    const known = access?.isOwnHost(request) && access.isOwnOrigin(request) && access.isKnown(request);
    if (!known || new URL(request.url ?? '/', 'http://page').pathname !== '/engine') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#serve(opened));
  }

  #serve(socket: WebSocket): void {
    clearTimeout(this.#idle);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (this.#sockets.clients.size === 0) this.#startIdle();
    });
    void this.#rpc.upgrade(socket, { context: { engine: this.#options.engine } });
  }

  #startIdle(): void {
    const { idle, onIdle } = this.#options;
    clearTimeout(this.#idle);
    if (idle !== undefined && !this.#closed) this.#idle = setTimeout(() => onIdle?.(), idle);
  }

  #cutOffSleepers(): void {
    for (const socket of this.#sockets.clients) if (socket.bufferedAmount > WAITING) socket.terminate();
  }

  #tellLink(port: number): void {
    this.#options.onLink(`http://127.0.0.1:${port}/?token=${this.#access?.token ?? ''}`);
  }
}

const WORDS: Readonly<Record<number, string>> = {
  303: '',
  401: 'Open the link that hoplab serve shows. / hoplab serve が表示するリンクを開いてください。',
  403: 'This address is not served. / このアドレスでは提供していません。',
  404: 'There is no such file. / ファイルがありません。',
  405: 'Only reading is possible. / 読み取りだけができます。',
};

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${WORDS[status] ?? ''}\n`);
}
