import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BundleIndex } from '../../src-main/bundle/bundle-index.ts';
import type { Cache } from '../../src-main/downloads/cache.ts';
import { downloadAll } from './download-all.ts';

/* Files as a publisher has them, for the benches of downloads: from a server on loopback in another process. */

const FILES = 8;
const PIECE = Buffer.alloc(1 << 20, 'Hoplab');

if (process.argv[1] === import.meta.filename) serve();

export interface Publisher {
  readonly index: BundleIndex;
  /** Its address, which is asked as a mirror. */
  readonly origin: string;
  /** Downloads all of it into an empty cache. */
  download(cache: Cache): Promise<void>;
  /** Fetches all of it into a folder with curl, four at a time. @returns the names of the files there */
  curl(folder: string): Promise<readonly string[]>;
  close(): void;
}

/** Files of so many bytes together. */
export async function publisher(bytes: number): Promise<Publisher> {
  const index = indexOf(Math.floor(bytes / FILES));
  const server = spawn(process.execPath, [import.meta.filename], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout, 'data')) as unknown[];
  const origin = `http://127.0.0.1:${String(port).trim()}`;
  return {
    index,
    origin,
    download: (cache) => downloadAll(cache, origin, index),
    curl: (folder) => fetchWithCurl(folder, origin, index),
    close: () => void server.kill(),
  };
}

async function fetchWithCurl(folder: string, base: string, { files }: BundleIndex): Promise<readonly string[]> {
  const names = files.map(({ size }) => `curl-${String(size)}`);
  const each = files.flatMap(({ url }, at) => ['-o', names[at] ?? '', url.replace('https:/', base)]);
  const args = ['--silent', '--no-progress-meter', '--fail', '--parallel', '--parallel-max', '4', ...each];
  const [code] = (await once(spawn('curl', args, { cwd: folder, stdio: 'inherit' }), 'exit')) as unknown[];
  if (code !== 0) throw new Error(`curl ended with ${String(code)}`);
  return names;
}

/** At `…/BYTES` a file of so many bytes; says on which port. */
function serve(): void {
  const server = createServer(({ url = '' }, response) => {
    let left = Number(url.split('/').at(-1));
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': left });
    const more = (): void => {
      while (left > 0) {
        const piece = PIECE.subarray(0, left);
        left -= piece.length;
        if (!response.write(piece)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

/** Files of about so many bytes. Their bytes are the same, so each has another length, to be a blob of its own. */
function indexOf(size: number): BundleIndex {
  const hash = createHash('sha256');
  for (let left = size; left > 0; left -= PIECE.length) hash.update(PIECE.subarray(0, left));
  const at = size % PIECE.length;
  const files = Array.from({ length: FILES }, (_none, more) => ({
    ...{
      component: 'bench',
      name: `file-${String(more)}`,
      kind: 'archive' as const,
      version: 'v1',
      vouched: 'hoplab' as const,
    },
    url: `https://dl.example.com/${String(size + more)}`,
    sha256: hash
      .copy()
      .update(PIECE.subarray(at, at + more))
      .digest('hex'),
    size: size + more,
  }));
  return {
    schema: 2,
    kubernetes: 'v1.0.0',
    arch: ['amd64'],
    made: new Date().toISOString(),
    hoplab: '0',
    files,
    images: [],
  };
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Prints rows of numbers, to two digits. */
export function table(rows: readonly Readonly<Record<string, number>>[]): void {
  const round = (row: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Math.round(value * 100) / 100]));
  console.table(rows.map(round));
}
