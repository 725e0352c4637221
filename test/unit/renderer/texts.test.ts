import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const renderer = fileURLToPath(new URL('../../../src-renderer', import.meta.url));
const files = await readdir(renderer, { recursive: true });
const own = files.filter((file) => /\.(vue|ts)$/.test(file) && !file.startsWith('texts/'));
const sources = (await Promise.all(own.map((file) => readFile(join(renderer, file), 'utf8')))).join('\n');
const groups = (await Promise.all(files.filter((file) => file.startsWith('texts/')).map(groupsIn))).flat();

/** Groups that are asked by a value, all of whose keys the compiler knows. */
const INDEXED = [
  'stateTexts',
  'screenTexts',
  'questionTitles',
  'secretTitles',
  'pathStates',
  'differenceTexts',
  'hostKeyVerdicts',
];

async function groupsIn(file: string): Promise<[string, unknown][]> {
  return Object.entries((await import(pathToFileURL(join(renderer, file)).href)) as Record<string, unknown>);
}

type Texts = (...told: string[]) => unknown;

/** Every text of a group with its path: `states.done`. A function is called with stand-ins for what it is told. */
function texts(value: unknown, path: string[] = []): { path: string; text: object }[] {
  const made = typeof value === 'function' ? (value as Texts)('X', 'Y') : value;
  if (typeof made !== 'object' || made === null) throw new Error(`${path.join('.')} is no text`);
  if ('en' in made || 'ja' in made) return [{ path: path.join('.'), text: made }];
  return Object.entries(made).flatMap(([key, inner]) => texts(inner, [...path, key]));
}

describe('the texts of the window', () => {
  it('are found', () => {
    expect(groups.length).toBeGreaterThan(10);
  });

  it.each(groups)('%s has every text in both languages', (_, group) => {
    for (const { path, text } of texts(group)) {
      expect(Object.keys(text).sort(), path).toEqual(['en', 'ja']);
      expect(Object.values(text), path).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
    }
  });

  it.each(groups)('%s has no text that nobody shows', (name, group) => {
    if (INDEXED.includes(name)) return;
    const keys = Object.keys(group as Record<string, unknown>);
    expect(keys.filter((key) => !sources.includes(`${name}.${key}`))).toEqual([]);
  });
});
