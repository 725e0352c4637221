import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './built.ts';

interface Locked {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
/** All but the project itself and what lies in its own folders. */
const foreign = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);

test('every package is installed as it was when it was locked, or not at all', () => {
  const unproved = foreign.filter(([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity));
  expect(unproved.map(([path]) => path)).toEqual([]);
  expect(foreign.length).toBeGreaterThan(0);
});

test('the lock file names no place that packages come from: that is the business of whoever installs', () => {
  expect(foreign.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
