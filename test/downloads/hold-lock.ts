import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockFolder } from '../../src-main/downloads/cache-lock.ts';

/*
 * `node hold-lock.ts FOLDER LOG NAME TIMES MILLISECONDS`: holds the lock of a folder some times for so long, and notes in a file when it
 * had it and when it gave it back. With 0 milliseconds it never does.
 */
const [folder = '', log = '', name = '', times = '1', time = '0'] = process.argv.slice(2);
for (let turn = 0; turn < Number(times); turn += 1) {
  const release = await lockFolder(folder, new AbortController().signal, () => undefined);
  appendFileSync(log, `${name} has\n`);
  await sleep(Number(time) || 1_000_000);
  appendFileSync(log, `${name} gives\n`);
  await release();
}
