import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** What a request is answered with. */
export interface Behaviour {
  /** Bytes of the body after which the connection is cut. */
  readonly cut?: number;
  /** Whether Range is heeded. Default true. */
  readonly ranges?: boolean;
  /** Strong ETag, with quotes. */
  readonly etag?: string;
  readonly body?: Buffer;
  /** Without Content-Length. */
  readonly chunked?: boolean;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds between two pieces of `piece` bytes. */
  readonly slow?: { readonly every: number; readonly piece: number };
}

export interface BlobServer {
  readonly url: string;
  /** Range and If-Range of each request, in their order. */
  readonly asked: { range: string | undefined; ifRange: string | undefined; path: string }[];
}

/** A server on loopback that serves this at any path, and behaves as it is told for each request. */
export async function blobServer(
  content: Buffer,
  behave: (request: number, path: string) => Behaviour = () => ({}),
): Promise<BlobServer> {
  const asked: BlobServer['asked'] = [];
  const server = createServer((request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    const path = request.url ?? '/';
    asked.push({ range, ifRange: ifRange as string | undefined, path });
    answer(request, response, content, behave(asked.length - 1, path));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  afterAll(() => server.close());
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked };
}

function answer(request: IncomingMessage, response: ServerResponse, content: Buffer, how: Behaviour): void {
  const body = how.body ?? content;
  const { range, 'if-range': ifRange } = request.headers;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const heeded = how.ranges !== false && range !== undefined && (ifRange === undefined || ifRange === how.etag);
  const headers: Record<string, string | number> = { ...how.headers, ...(how.etag && { etag: how.etag }) };
  if (how.status !== undefined) response.writeHead(how.status, headers).end();
  else if (heeded && from >= body.length)
    response.writeHead(416, { 'content-range': `bytes */${String(body.length)}` }).end();
  else {
    const rest = heeded ? body.subarray(from) : body;
    if (!how.chunked) headers['content-length'] = rest.length;
    if (heeded) headers['content-range'] = `bytes ${String(from)}-${String(body.length - 1)}/${String(body.length)}`;
    response.writeHead(heeded ? 206 : 200, headers);
    response.flushHeaders();
    void send(response, rest, how);
  }
}

async function send(response: ServerResponse, rest: Buffer, { cut, slow }: Behaviour): Promise<void> {
  const bytes = cut === undefined ? rest : rest.subarray(0, cut);
  const piece = slow?.piece ?? bytes.length;
  for (let at = 0; at < bytes.length; at += piece) {
    if (slow) await new Promise((resolve) => setTimeout(resolve, slow.every));
    await new Promise<void>((resolve) => void response.write(bytes.subarray(at, at + piece), () => resolve()));
  }
  if (cut !== undefined && cut < rest.length) response.destroy();
  else response.end();
}
