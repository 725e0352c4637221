import { expect } from 'vitest';

/** Licences that Apache-2.0 goes with, as SPDX names them. */
const FITTING = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'OFL-1.1',
  'BlueOak-1.0.0',
  'Unlicense',
];

/** What Vite wrote of the libraries that it compiled in: names `named` among them, each with a licence that fits and its text. */
export function expectLicences(text: string, named: readonly string[]): void {
  const entries = text.split(/^## /m).slice(1);
  const libraries = entries.map((entry) => {
    const [, name = '', licence] = /^(\S+) - \S+(?: \((.+)\))?$/m.exec(entry) ?? [];
    // who names none in package.json has it in the text alone
    return { name, licence: licence ?? (isMit(entry) ? 'MIT' : 'none'), told: /copyright/i.test(entry) };
  });
  expect(libraries.map(({ name }) => name)).toEqual(expect.arrayContaining([...named]));
  expect(libraries.filter(({ licence, told }) => !FITTING.includes(licence) || !told)).toEqual([]);
}

function isMit(text: string): boolean {
  return text.replaceAll(/\s+/g, ' ').includes('THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND');
}
