import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { changelog } from '../../../packaging/changelog/changelog.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

const repository = await tempFolder();

beforeAll(() => {
  git('init', '-q', '-b', 'main');
  commit('engine: The first of all.');
  git('tag', 'v0.1.0');
  commit('window: A <b>bar</b> shows how far it is.');
  commit('A subject without an area.');
  commit('cli: Says its version.');
  commit('window: Japanese lines break between words.');
  git('tag', 'v0.2.0');
});

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@hoplab.invalid', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', ['-C', repository, ...identity, ...args], { encoding: 'utf8' });
  expect([args, status, stderr]).toEqual([args, 0, '']);
}

function commit(subject: string): void {
  git('commit', '-q', '--allow-empty', '-m', subject, '-m', 'Why it was made.');
}

test('it has the commits since the tag before, by their area, as Markdown that holds no HTML', () => {
  expect(changelog(repository, 'v0.2.0')).toBe(`## cli

- Says its version.

## window

- A &lt;b>bar&lt;/b> shows how far it is.
- Japanese lines break between words.

## other

- A subject without an area.
`);
});

test('where there is no tag before, it has all commits; a tag is not needed at the end', () => {
  expect(changelog(repository, 'v0.1.0')).toBe('## engine\n\n- The first of all.\n');
  commit('cli: One more.');
  expect(changelog(repository)).toBe('## cli\n\n- One more.\n');
});

test('a commit that is not there is an error, not an empty list', () => {
  expect(() => changelog(repository, 'v9.9.9')).toThrow('git cannot read v9.9.9');
});
