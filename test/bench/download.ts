import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cache } from '../../src-main/downloads/cache.ts';
import { publisher, table, timed } from './publisher.ts';

/*
 * `node test/bench/download.ts [MEGABYTES] [ROUNDS]`: bytes a second into the cache (received, hashed, on the disk) against curl of the
 * same files, four at a time (received, on the disk), and against curl followed by sha256sum, in turns, from a server on loopback in
 * another process. Prints the largest memory of this process, too. Default: 2000 MB, 3 rounds.
 */

const bytes = Number(process.argv[2] ?? 2000) * 1e6;
const rounds = Number(process.argv[3] ?? 3);
const source = await publisher(bytes);
const folder = mkdtempSync(join(tmpdir(), 'hoplab-bench-'));
let memory = 0;
const watching = setInterval(() => (memory = Math.max(memory, process.memoryUsage.rss())), 50);
try {
  const rows: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const cache = new Cache(join(folder, 'cache'));
    const hoplab = await timed(() => source.download(cache));
    rmSync(cache.folder, { recursive: true });
    const curl = await timed(() => source.curl(folder));
    const sums = await timed(async () => void spawnSync('sh', ['-c', 'cat curl-* | sha256sum'], { cwd: folder }));
    rows.push({
      hoplab: rate(hoplab),
      curl: rate(curl),
      'curl + sha256sum': rate(curl + sums),
      ratio: hoplab / curl,
      'ratio with sum': hoplab / (curl + sums),
    });
  }
  table(rows);
  console.log(`MB/s; a ratio is Hoplab's time by curl's. Largest memory: ${String(Math.round(memory / 1e6))} MB`);
} finally {
  clearInterval(watching);
  source.close();
  rmSync(folder, { recursive: true });
}

function rate(seconds: number): number {
  return bytes / 1e6 / seconds;
}
