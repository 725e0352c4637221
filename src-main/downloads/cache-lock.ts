import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAbsent } from '../is-absent.ts';
import { processMark } from './process-mark.ts';

export type Release = () => Promise<void>;

/** Milliseconds between two looks at a lock that another process holds. */
const LOOK = 250;
/** Milliseconds after which an empty lock file is one whose writer ended in between. */
const WRITTEN_BY = 10_000;
const FREE = 'free';

/**
 * One holder at a time of a folder, among all processes of this computer. The lock is the file `lock.N` with the highest number. It
 * names its process; where that one has ended, or has written `free`, whoever makes `lock.N+1` is the next. No file is taken over
 * and the highest is never removed, so two that start at once cannot both succeed, and nobody has to end in an orderly way.
 * @param onWait is given the process that holds it, once for each
 */
export async function lockFolder(folder: string, signal: AbortSignal, onWait: (pid: number) => void): Promise<Release> {
  let shown: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const held = await tryLock(folder);
    if (typeof held !== 'number') return held;
    if (held !== shown) onWait(held);
    shown = held;
    await sleep(LOOK, undefined, { signal });
  }
}

/** @returns the process that holds it where it is held; 0 where that is not known yet */
export async function tryLock(folder: string): Promise<Release | number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const highest = Math.max(0, ...(await numbersIn(folder)));
    const holder = highest > 0 ? await holderOf(file(folder, highest)) : undefined;
    if (holder !== undefined) return holder;
    const own = highest + 1;
    if (await make(file(folder, own))) {
      const numbers = await numbersIn(folder);
      const isHighest = Math.max(...numbers) === own;
      // where it is not, the one that was looked at was long since past
      const over = isHighest ? numbers.filter((number) => number < own) : [own];
      await Promise.all(over.map((number) => rm(file(folder, number), { force: true })));
      if (isHighest) return () => release(file(folder, own));
    }
  }
}

const file = (folder: string, number: number): string => join(folder, `lock.${number}`);

async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => /^lock\.(\d{1,15})$/.exec(name)?.slice(1).map(Number) ?? []);
}

/** @returns whether it was not there before */
async function make(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile((await processMark(process.pid)) ?? '');
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns undefined when nobody holds it */
async function holderOf(path: string): Promise<number | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.startsWith(FREE)) return undefined;
    if (text === '') return Date.now() - (await stat(path)).mtimeMs > WRITTEN_BY ? undefined : 0;
    const pid = Number(text.split(' ')[0]);
    return (await processMark(pid)) === text ? pid : undefined;
  } catch (error) {
    if (isAbsent(error)) return 0; // there is a higher one by now
    throw error;
  }
}

async function release(path: string): Promise<void> {
  try {
    await writeFile(path, FREE, { flag: 'r+' });
  } catch (error) {
    if (!isAbsent(error)) throw error; // the user may have removed the whole folder
  }
}
