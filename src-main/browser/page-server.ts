import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Engine } from '../engine/engine.ts';
import { router } from '../engine/procedures/router.ts';
import { readPageFile } from '../page/page-files.ts';
import { pageHeaders, pagePolicy } from '../page/page-policy.ts';
import { Access, PROTOCOL } from './access.ts';

/** Bytes that wait for a page that does not read; then it is cut off, and dials again when it wakes up. */
const WAITING = 64 << 20;
const LARGEST_MESSAGE = 4 << 20;
/** A browser opens a handful; whoever opens more must not use up the files that labs need. */
const MOST_CONNECTIONS = 200;

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

/** Serves the page, which holds no secret, on loopback, and the engine to whoever has the link. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #http: Server;
  readonly #connections = new Set<Socket>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    handleProtocols: () => PROTOCOL,
  });
  readonly #rpc = new RPCHandler(router);
  #access: Access | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #watch: NodeJS.Timeout;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy()); // one request less, and no server less
    });
    this.#http.maxConnections = MOST_CONNECTIONS;
    this.#http.on('connection', (socket) => this.#keep(socket));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#watch = setInterval(() => this.#cutOffSleepers(), 1000).unref();
  }

  /** @returns the port @throws when it is taken */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.on('error', reject); // later ones are connections that could not be accepted: nobody waits for those
      this.#http.listen({ host: '127.0.0.1', port: this.#options.port, exclusive: true }, resolve);
    });
    const { port } = this.#http.address() as AddressInfo;
    this.#access = new Access(port);
    this.#options.onLink(this.#access.link);
    this.#startIdle();
    return port;
  }

  /** Ends every connection, whatever state it is in, and waits until nothing is left. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#closed = true;
    clearTimeout(this.#idle);
    const closed = new Promise((resolve) => this.#http.close(resolve));
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  /** Whoever resets its connection must not end the server, at whatever moment. */
  #keep(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const nonce = randomBytes(16).toString('base64');
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      response.setHeader('Content-Security-Policy', pagePolicy(nonce));
      end(response, refusal);
      return;
    }
    response.setHeader('Content-Security-Policy', pagePolicy(nonce, [`ws://${request.headers.host ?? ''}`]));
    const file = await readPageFile(this.#options.folder, pathOf(request) ?? '', nonce);
    if (file) response.writeHead(200, { 'Content-Type': file.type }).end(request.method === 'HEAD' ? '' : file.body);
    else end(response, 404);
  }

  /** Whom a request is for comes first: whoever asks for another host is told nothing else. */
  #refusal(request: IncomingMessage): 400 | 403 | 405 | undefined {
    if (!this.#access?.isOwnHost(request)) return 403;
    if (pathOf(request) === undefined) return 400;
    return request.method === 'GET' || request.method === 'HEAD' ? undefined : 405;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const access = this.#access;
    const refusal = this.#refusal(request);
    const isOwn = refusal === undefined && pathOf(request) === '/engine' && access?.isOwnOrigin(request);
    const admitted = isOwn ? access?.admits(request) : undefined;
    if (admitted === undefined) {
      socket.once('finish', () => socket.destroy()); // who is refused may not hold the connection open
      socket.end(`HTTP/1.1 ${refusal === 400 ? '400 Bad Request' : '403 Forbidden'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    if (admitted === 'by link' && access) this.#options.onLink(access.link);
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
}

/** The path that a request asks for; undefined when it asks for none, as `//`, `*` and `http://…` do. */
function pathOf({ url = '' }: IncomingMessage): string | undefined {
  return /^\/(?![/\\])[^?#]*/.exec(url)?.[0];
}

const WORDS = {
  400: 'This is no path. / パスではありません。',
  403: 'Open the link as hoplab serve shows it. / hoplab serve が表示するリンクをそのまま開いてください。',
  404: 'There is no such file. / ファイルがありません。',
  405: 'Only reading is possible. / 読み取りだけができます。',
} as const;

function end(response: ServerResponse, status: keyof typeof WORDS): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${WORDS[status]}\n`);
}
