import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { BundleIndex } from '../../src-main/bundle/bundle-index.ts';
import { Cache } from '../../src-main/downloads/cache.ts';
import { downloadAll } from './download-all.ts';

/*
 * The downloading half of Hoplab alone, as download.ts builds and runs it: `node downloader.cjs MIRROR FOLDER`, with an index on its
 * standard input. Prints the most memory that it had, in KiB: VmHWM, as getrusage's maximum begins with that of the parent process.
 */

const [mirror = '', folder = ''] = process.argv.slice(2);

void text(process.stdin)
  .then((index) => downloadAll(new Cache(folder), mirror, JSON.parse(index) as BundleIndex))
  .then(() => console.log(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]));
