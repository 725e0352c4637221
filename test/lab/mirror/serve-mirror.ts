import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readBundle } from '../../../src-main/bundle/bundle.ts';
import { blobPath } from '../../../src-main/bundle/blobs.ts';
import type { BundleIndex } from '../../../src-main/bundle/bundle-index.ts';
import { certificates } from './certificates.ts';
import { pushImages } from './push-images.ts';
import { startRegistry } from './registry.ts';
import { pullToken } from './tokens.ts';

/*
 * A mirror that behaves as publishers do, with what the lab has built: BUNDLE FOLDER ADDRESS. Files lie below their original host;
 * behind /v2/HOST/ is Debian's docker-registry, which wants a token. It says `ready` with a line of JSON, and for each request a line
 * with method, path, status and bytes. A line on its standard input is JSON: { cut: 0.5 } cuts half of all answers at a random byte.
 */

const PORT = 8443;
const [bundle = '', folder = '', address = ''] = process.argv.slice(2);
const { index, blobs } = await readBundle(bundle);
const tls = certificates(join(folder, 'tls'), address);
const digests = await filled();
const url = `https://${address}:${PORT}`;
const registry = await startRegistry(folder, 5000, { realm: `${url}/token`, certificate: tls.cert });
const files = new Map(index.files.map((file) => [withoutScheme(file.url), file]));
let cut = 0;

process.stdin.setEncoding('utf8').on('data', (line: string) => {
  ({ cut = 0 } = JSON.parse(line) as { cut?: number });
});
process.stdin.on('end', () => void registry.stop().then(() => process.exit()));

createServer({ key: readFileSync(tls.key), cert: readFileSync(tls.cert) }, (asked, answer) => {
  answer.on('close', () => {
    console.log(`${asked.method} ${asked.url} ${answer.statusCode} ${answer.socket?.bytesWritten ?? 0}`);
  });
  void serve(asked, answer).catch(() => answer.destroy());
}).listen(PORT, address, () => {
  console.log(`ready ${JSON.stringify({ url, ca: tls.ca, digests: Object.fromEntries(digests) })}`);
});

async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(asked.url ?? '/', url);
  if (pathname === '/token') {
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ token: pullToken(tls, searchParams.get('scope') ?? ''), expires_in: 300 }));
  } else if (pathname.startsWith('/v2/')) await passOn(asked, answer);
  else await sendFile(pathname.slice(1), asked, answer);
}

/** To the registry; what comes back may be cut. */
async function passOn(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { method, headers } = asked;
  const upstream = request(registry.url + (asked.url ?? ''), { method, headers });
  upstream.end();
  const reply = await new Promise<IncomingMessage>((resolve, reject) =>
    upstream.once('response', resolve).once('error', reject),
  );
  answer.writeHead(reply.statusCode ?? 502, reply.headers);
  await pipeline(reply, cutter(answer, Number(reply.headers['content-length'] ?? 0)), answer);
}

async function sendFile(path: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const file = files.get(path);
  const summed = files.get(path.replace(/\.sha256$/, ''));
  if (!file && summed) return void answer.end(`${summed.sha256}\n`);
  if (!file) return void answer.writeHead(404).end('not found\n');
  const from = Number(/^bytes=(\d+)-$/.exec(asked.headers.range ?? '')?.[1] ?? 0);
  const partial = from > 0 && `"${file.sha256}"` === String(asked.headers['if-range'] ?? `"${file.sha256}"`);
  const start = partial ? from : 0;
  answer.writeHead(partial ? 206 : 200, {
    'content-length': file.size - start,
    'content-type': 'application/octet-stream',
    etag: `"${file.sha256}"`,
    'accept-ranges': 'bytes',
    ...(partial && { 'content-range': `bytes ${start}-${file.size - 1}/${file.size}` }),
  });
  if (asked.method === 'HEAD') return void answer.end();
  await pipeline(
    createReadStream(join(bundle, blobPath(file.sha256)), { start }),
    cutter(answer, file.size - start),
    answer,
  );
}

/** Passes on what comes, and ends the connection at a random byte of some answers. */
function cutter(answer: ServerResponse, size: number): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  let left = Math.random() < cut ? Math.floor(Math.random() * size) : Infinity;
  return async function* (source) {
    for await (const piece of source) {
      if (piece.length > left) {
        yield piece.subarray(0, left);
        answer.socket?.destroySoon();
        throw new Error('cut');
      }
      left -= piece.length;
      yield piece;
    }
  };
}

/** Fills the registry's folder once for each bundle. */
async function filled(): Promise<ReadonlyMap<string, string>> {
  const note = join(folder, 'digests.json');
  const of = statSync(join(bundle, 'index.json')).mtimeMs;
  const kept = existsSync(note)
    ? (JSON.parse(readFileSync(note, 'utf8')) as { of: number; digests: Record<string, string> })
    : undefined;
  if (kept?.of === of) return new Map(Object.entries(kept.digests));
  rmSync(join(folder, 'registry'), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const open = await startRegistry(folder, 5001);
  const pushed = await pushImages(index satisfies BundleIndex, blobs, open.url);
  await open.stop();
  writeFileSync(note, JSON.stringify({ of, digests: Object.fromEntries(pushed) }));
  return pushed;
}

function withoutScheme(address_: string): string {
  return address_.replace(/^https:\/\//, '');
}
