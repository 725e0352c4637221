import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { hoplabWords } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'hoplab-compiled-'));
const home = join(folder, 'home');
afterAll(() => rmSync(folder, { recursive: true }));

function help(): string {
  const [node = '', ...words] = hoplabWords;
  const env = { PATH: process.env['PATH'], HOPLAB_HOME: home };
  const { status, stdout, stderr } = spawnSync(node, [...words, '--help'], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

it("what Node has compiled is kept in Hoplab's own folder, for which none is made", () => {
  const first = help();
  expect(existsSync(home)).toBe(false);
  mkdirSync(home, { mode: 0o700 });
  expect(help()).toBe(first);
  expect(readdirSync(home)).toEqual(['compiled']);
  expect(help()).toBe(first);
});
