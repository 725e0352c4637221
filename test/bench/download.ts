import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleIndex } from '../../src-main/bundle/bundle-index.ts';
import { Cache } from '../../src-main/downloads/cache.ts';
import { Downloads } from '../../src-main/downloads/downloads.ts';
import { webClient } from '../../src-main/downloads/web-client.ts';

/*
 * `node test/bench/download.ts [MEGABYTES] [ROUNDS]`: bytes a second into the cache (received, hashed, on the disk) against curl of the
 * same files, four at a time (received, on the disk), and against curl followed by sha256sum, in turns, from a server on loopback in
 * another process. Prints the largest memory of this process, too. Default: 2000 MB, 3 rounds.
 */

const FILES = 8;
const PIECE = Buffer.alloc(1 << 20, 'Hoplab');

if (process.argv[2] === 'serve') serve();
else await measure(Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 3));

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

async function measure(megabytes: number, rounds: number): Promise<void> {
  const size = Math.floor((megabytes * 1e6) / FILES);
  const index = indexOf(size);
  const server = spawn(process.execPath, [import.meta.filename, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout, 'data')) as unknown[];
  const origin = `http://127.0.0.1:${String(port).trim()}`;
  const folder = mkdtempSync(join(tmpdir(), 'hoplab-bench-'));
  let memory = 0;
  const watching = setInterval(() => (memory = Math.max(memory, process.memoryUsage.rss())), 50);
  try {
    const rows: Record<string, number>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const hoplab = await timed(() => download(folder, origin, index));
      const curl = await timed(() => fetchWithCurl(folder, origin, index));
      const sums = await timed(async () => void spawnSync('sh', ['-c', 'cat curl-* | sha256sum'], { cwd: folder }));
      rows.push({
        hoplab: rate(hoplab),
        curl: rate(curl),
        'curl + sha256sum': rate(curl + sums),
        ratio: hoplab / curl,
        'ratio with sum': hoplab / (curl + sums),
      });
    }
    console.table(
      rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Math.round(value * 100) / 100])),
      ),
    );
    console.log(`MB/s; a ratio is Hoplab's time by curl's. Largest memory: ${String(Math.round(memory / 1e6))} MB`);
  } finally {
    clearInterval(watching);
    server.kill();
    rmSync(folder, { recursive: true });
  }

  function rate(seconds: number): number {
    return (size * FILES) / 1e6 / seconds;
  }
}

async function download(folder: string, base: string, index: BundleIndex): Promise<void> {
  const cache = new Cache(join(folder, 'cache'));
  const web = webClient({ mirrors: { base, hosts: {} } });
  const downloads = new Downloads(index, { cache, web, registry: { manifest: none, blob: none } });
  await downloads.fetch({ signal: new AbortController().signal, onProgress: () => undefined });
  await web.close();
  if (!(await downloads.items(new AbortController().signal)).every(({ have }) => have))
    throw new Error('not all has come');
  rmSync(cache.folder, { recursive: true });
}

async function fetchWithCurl(folder: string, base: string, { files }: BundleIndex): Promise<void> {
  const each = files.flatMap(({ url, size }) => ['-o', `curl-${String(size)}`, url.replace('https:/', base)]);
  const args = ['--silent', '--no-progress-meter', '--fail', '--parallel', '--parallel-max', '4', ...each];
  const [code] = (await once(spawn('curl', args, { cwd: folder, stdio: 'inherit' }), 'exit')) as unknown[];
  if (code !== 0) throw new Error(`curl ended with ${String(code)}`);
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

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function none(): never {
  throw new Error('there are no images');
}
