import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Language } from '../../../src-main/contract/text.ts';
import { computerProbes } from '../../../src-main/doctor/computer-probes.ts';
import { labProbes } from '../../../src-main/doctor/lab-probes.ts';
import type { Probe } from '../../../src-main/doctor/probe.ts';
import { root } from '../../set-up/built.ts';

const LIST = /(?<=<!-- the list: UPDATE=1 npm test writes it -->\n\n).*?(?=\n\n<!-- its end -->)/s;

/** What a Mac is asked, in the order of the doctor, as the document has it. */
function listed(language: Language): string {
  const line = ({ title, shown, expected }: Probe) => {
    const command = (shown.macos ?? '').replace(/^for p in .*?; do /, 'for p in …; do ');
    return `1. **${title[language]}**: \`${command}\` → ${expected[language]}`;
  };
  return [...computerProbes, ...labProbes]
    .filter(({ shown }) => shown.macos !== undefined)
    .map(line)
    .join('\n');
}

it.each([
  ['on-a-mac.md', 'en'],
  ['on-a-mac.ja.md', 'ja'],
] as const)('docs/%s has the list that the doctor runs on a Mac (UPDATE=1 writes it)', async (name, language) => {
  const file = join(root, 'docs', name);
  const text = await readFile(file, 'utf8');
  const wanted = text.replace(LIST, () => listed(language));
  if (process.env['UPDATE'] === '1') await writeFile(file, wanted);
  expect(LIST.exec(text)).not.toBeNull();
  expect(await readFile(file, 'utf8')).toBe(wanted);
});

it('no two probes have the same id', () => {
  const ids = [...computerProbes, ...labProbes].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
