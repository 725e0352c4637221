import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { projectHome } from '../../../../packaging/app/project-home.ts';
import { isReleaseNotes, projectPage, releaseNotes } from '../../../../src-main/engine/updates/project-page.ts';
import { tempFolder } from '../../../machines/temp-folder.ts';

const PAGE = 'https://github.com/somebody/hoplab';

it.each([
  [projectHome({ GITHUB_REPOSITORY: 'somebody/hoplab' }), PAGE],
  [projectHome({}), undefined],
  ['http://github.com/somebody/hoplab', undefined],
  ['https://github.com/somebody/hoplab/../../other/one', undefined],
  [undefined, undefined],
])('a package whose homepage is %s has its home at %s', async (homepage, page) => {
  const root = await tempFolder();
  await writeFile(join(root, 'package.json'), JSON.stringify({ homepage }));
  expect(projectPage(root)).toBe(page);
});

test('a checkout has no home', () => {
  expect(projectPage()).toBeUndefined();
});

it.each([
  [releaseNotes(PAGE, 'v0.2.0'), true],
  [releaseNotes(PAGE, '../../../other'), true], // stays one name: its slashes are escaped
  [`${PAGE}/releases/tag/../../../other`, false],
  [`${PAGE}/releases/tag/v1?next=https://example.invalid`, false],
  [`${PAGE}/issues`, false],
  ['https://github.com.example.invalid/somebody/hoplab/releases/tag/v1', false],
  ['https://user@github.com/somebody/hoplab/releases/tag/v1', false],
  ['file:///etc/passwd', false],
  ['nonsense', false],
])('whether %s is opened: %s', (address, opened) => {
  expect(isReleaseNotes(address, PAGE)).toBe(opened);
  expect(isReleaseNotes(address, undefined)).toBe(false);
});
