import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { lockFolder, tryLock } from '../../src-main/downloads/cache-lock.ts';
import { processMark } from '../../src-main/downloads/process-mark.ts';
import { tempFolder } from '../machines/temp-folder.ts';

const never = new AbortController().signal;
const silent = (): void => undefined;
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Another process that holds the lock so many times, for so many milliseconds. */
function holder(folder: string, log: string, name: string, ...[times = 1, time = 0]: number[]): ChildProcess {
  const script = join(import.meta.dirname, 'hold-lock.ts');
  const node = join(import.meta.dirname, '../../node_modules/.bin/node'); // one that runs TypeScript
  const child = spawn(
    node,
    ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', script, folder, log, name, String(times), String(time)],
    { stdio: 'inherit' },
  );
  started.push(child);
  return child;
}

const has = (log: string) =>
  vi.waitFor(() => expect(existsSync(log) && readFileSync(log, 'utf8')).toContain('has'), 15_000);

describe('the lock of the cache', () => {
  it('is held by one at a time; the next is told who holds it, once, and goes on when that one ends', async () => {
    const folder = await tempFolder();
    const first = await lockFolder(folder, never, silent);
    const told: number[] = [];
    let got = false;
    const second = lockFolder(folder, never, (pid) => void told.push(pid)).finally(() => (got = true));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(got).toBe(false);
    await first();
    await (
      await second
    )();
    expect(told).toEqual([process.pid]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is free when its holder was killed', async () => {
    const folder = await tempFolder();
    const log = join(folder, 'log');
    const child = holder(folder, log, 'one');
    await has(log);
    expect(await tryLock(folder)).toBe(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const release = await lockFolder(folder, never, silent);
    await release();
  });

  it('is held by one at a time when several processes want it at once, again and again', async () => {
    const folder = await tempFolder();
    const log = join(folder, 'log');
    const children = ['a', 'b', 'c'].map((name) => holder(folder, log, name, 5, 20));
    await Promise.all(children.map((child) => once(child, 'exit')));
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(30);
    for (let at = 0; at < lines.length; at += 2) {
      expect([lines[at], lines[at + 1]]).toEqual([`${lines[at]?.[0] ?? ''} has`, `${lines[at]?.[0] ?? ''} gives`]);
    }
  });

  it('is held by one of many that want it at the same moment in one process', async () => {
    const folder = await tempFolder();
    writeFileSync(join(folder, 'lock.1'), `${String(process.pid)} an earlier process of this number`);
    const results = await Promise.all(Array.from({ length: 20 }, () => tryLock(folder)));
    expect(results.filter((result) => typeof result !== 'number')).toHaveLength(1);
  });

  it('is not held by another process that was given the number of one that ended', async () => {
    const folder = await tempFolder();
    const mark = (await processMark(process.pid)) ?? '';
    writeFileSync(join(folder, 'lock.7'), mark);
    expect(await tryLock(folder)).toBe(process.pid);
    writeFileSync(join(folder, 'lock.7'), mark.replace(/ \S+/, ' 1'));
    const release = await tryLock(folder);
    expect(typeof release).toBe('function');
    expect(readdirSync(folder)).toEqual(['lock.8']);
  });

  it('is held by one that has not written its name yet, but not for ever', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'lock.3');
    writeFileSync(file, '');
    expect(await tryLock(folder)).toBe(0);
    const before = new Date(Date.now() - 60_000);
    utimesSync(file, before, before);
    expect(typeof (await tryLock(folder))).toBe('function');
  });

  it('is waited for until that is cancelled', async () => {
    const folder = await tempFolder();
    await lockFolder(folder, never, silent);
    await expect(lockFolder(folder, AbortSignal.timeout(100), silent)).rejects.toThrow(/abort|timeout/i);
  });

  it('of a folder that was removed is no error', async () => {
    const release = await lockFolder(join(await tempFolder(), 'new'), never, silent);
    await release();
  });
});

describe('a process', () => {
  it('has a mark of its own as long as it runs', async () => {
    const child = spawn('sleep', ['60']);
    started.push(child);
    const pid = child.pid ?? 0;
    const mark = await processMark(pid);
    expect(mark).toMatch(new RegExp(`^${String(pid)} `));
    expect(await processMark(pid)).toBe(mark);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await processMark(pid)).toBeUndefined();
  });
});
