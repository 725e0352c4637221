import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { publisher, table, timed } from './publisher.ts';

/*
 * `node test/bench/download.ts [MEGABYTES] [ROUNDS]`: bytes a second into the cache (received, hashed, on the disk) against curl of the
 * same files, four at a time (received, on the disk), and against curl followed by sha256sum, in turns, from a server on loopback in
 * another process. Hoplab's half is built as the program is, into one file of JavaScript, and is a process of its own, as curl is; the
 * most memory that it had is printed, too. Default: 2000 MB, 3 rounds.
 */

const bytes = Number(process.argv[2] ?? 2000) * 1e6;
const rounds = Number(process.argv[3] ?? 3);
const source = await publisher(bytes);
const folder = mkdtempSync(join(tmpdir(), 'hoplab-bench-'));
try {
  const downloader = await built();
  const rows: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    let memory = 0;
    const hoplab = await timed(async () => void (memory = download(downloader)));
    rmSync(join(folder, 'cache'), { recursive: true });
    const curl = await timed(() => source.curl(folder));
    const sums = await timed(async () => void spawnSync('sh', ['-c', 'cat curl-* | sha256sum'], { cwd: folder }));
    rows.push({
      hoplab: rate(hoplab),
      curl: rate(curl),
      'curl + sha256sum': rate(curl + sums),
      ratio: hoplab / curl,
      'ratio with sum': hoplab / (curl + sums),
      'memory, MB': memory / 1e6,
    });
  }
  table(rows);
  console.log("MB/s; a ratio is Hoplab's time by curl's.");
} finally {
  source.close();
  rmSync(folder, { recursive: true });
}

async function built(): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ...{ ssr: join(import.meta.dirname, 'downloader.ts'), outDir: folder, emptyOutDir: false, target: 'node18.15' },
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'downloader.cjs' } },
    },
  });
  return join(folder, 'downloader.cjs');
}

/** @returns the most memory that it had, bytes */
function download(downloader: string): number {
  const args = [downloader, source.origin, join(folder, 'cache')];
  return Number(execFileSync(process.execPath, args, { input: JSON.stringify(source.index), encoding: 'utf8' })) * 1024;
}

function rate(seconds: number): number {
  return bytes / 1e6 / seconds;
}
