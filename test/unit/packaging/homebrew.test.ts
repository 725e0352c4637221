import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tap } from '../../../packaging/homebrew/fill.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';

const folder = await tempFolder();
const env = { GITHUB_REPOSITORY: 'someone/hoplab' };
const names = ['hoplab-1.2.3.tgz', 'hoplab-1.2.3-mac-arm64.dmg', 'hoplab-1.2.3-mac-x64.dmg'];
for (const name of names) writeFileSync(join(folder, name), `the bytes of ${name}`);
const sums = names.map((name) => createHash('sha256').update(`the bytes of ${name}`).digest('hex'));

test('the formula names the npm tarball of the release with its sum, the cask both images', () => {
  const { 'Formula/hoplab.rb': formula = '', 'Casks/hoplab-app.rb': cask = '' } = tap(folder, '1.2.3', env);
  expect(formula).toContain('url "https://github.com/someone/hoplab/releases/download/v1.2.3/hoplab-1.2.3.tgz"');
  expect(formula).toContain(`sha256 "${sums[0]}"`);
  expect(cask).toMatch(new RegExp(`arm: +"${sums[1]}",\\s+intel: +"${sums[2]}"`));
  expect(cask).toContain('version "1.2.3"');
  expect(formula + cask).not.toMatch(/\{\{|invalid/);
});

test.skipIf(!hasProgram('ruby', '--version'))('both are Ruby (SKIPPED without ruby)', () => {
  for (const text of Object.values(tap(folder, '1.2.3', env)))
    expect(spawnSync('ruby', ['-c'], { input: text, encoding: 'utf8' }).stdout).toBe('Syntax OK\n');
});

test('without the name of the repository, or with a file missing, there is no tap', () => {
  expect(() => tap(folder, '1.2.3', {})).toThrow('GITHUB_REPOSITORY');
  expect(() => tap(folder, '1.2.3', { GITHUB_REPOSITORY: 'a/b"; system("x' })).toThrow('OWNER/NAME');
  expect(() => tap(folder, '1.2.4', env)).toThrow('ENOENT');
});
