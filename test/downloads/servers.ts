import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import {
  webClient,
  type Limits,
  type NetworkSettings,
  type WebAnswer,
  type WebClient,
} from '../../src-main/downloads/web-client.ts';
import { atEndOfFile } from '../set-up/at-end-of-file.ts';
import type { Certificate } from './certificates.ts';

export interface Served {
  readonly port: number;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly seen: IncomingMessage[];
}

/** A web server on loopback; with a certificate, by TLS. It ends with the test file. */
export async function serve(answer: RequestListener, certificate?: Certificate): Promise<Served> {
  const seen: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request);
    answer(request, response);
  };
  const server = certificate ? createSecureServer(certificate, listener) : createServer(listener);
  const port = await listen(server);
  return { port, origin: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`, seen };
}

/** Whatever speaks first on a connection. */
export async function serveTcp(answer: (socket: Socket) => void): Promise<number> {
  return listen(createTcpServer(answer));
}

async function listen(server: TcpServer | Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  atEndOfFile(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

export interface Proxy extends Served {
  /** `HOST:PORT` of each CONNECT. */
  readonly tunnels: string[];
  readonly logins: (string | undefined)[];
}

/** A proxy: every tunnel leads to port `to` of this computer, whatever name was asked for. */
export async function startProxy(
  to: number,
  { refuse, certificate }: { refuse?: string; certificate?: Certificate } = {},
): Promise<Proxy> {
  const tunnels: string[] = [];
  const logins: (string | undefined)[] = [];
  const seen: IncomingMessage[] = [];
  const answer: RequestListener = (request, response) => {
    seen.push(request);
    logins.push(request.headers['proxy-authorization']);
    response
      .writeHead(refuse === undefined ? 200 : Number(refuse.slice(0, 3)))
      .end(`through the proxy: ${request.url}`);
  };
  const server = certificate ? createSecureServer(certificate, answer) : createServer(answer);
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push(request.url ?? '');
    logins.push(request.headers['proxy-authorization']);
    socket.on('error', () => undefined);
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse}\r\nContent-Length: 0\r\n\r\n`);
    const beyond = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      beyond.pipe(socket).pipe(beyond);
    });
    beyond.on('error', () => socket.destroy());
  });
  const port = await listen(server);
  return { port, origin: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`, seen, tunnels, logins };
}

/** A client that ends with the test file. */
export function client(settings: Partial<NetworkSettings> = {}, limits?: Limits): WebClient {
  const web = webClient({ mirrors: { hosts: {} }, ...settings }, limits);
  atEndOfFile(() => web.close());
  return web;
}

export async function text({ body }: WebAnswer): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
