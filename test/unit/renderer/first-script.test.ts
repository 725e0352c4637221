import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtCli, root } from '../../set-up/built.ts';

/** A class of xterm's. */
const XTERM = 'xterm-helper-textarea';

it('the page starts without xterm, a third of all scripts, which the first terminal loads', () => {
  builtCli(); // and the page
  const folder = join(root, 'out', 'renderer');
  const [first = ''] = /assets\/index-[\w-]+\.js/.exec(readFileSync(join(folder, 'index.html'), 'utf8')) ?? [];
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  expect(read(first)).not.toContain(XTERM);
  const scripts = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
  expect(scripts.filter((name) => read(join('assets', name)).includes(XTERM))).toHaveLength(1);
});
