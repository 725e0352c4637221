import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/*
 * fpm's `-s dir -t deb` as far as electron-builder uses it, by dpkg-deb: fpm is a Ruby program that electron-builder downloads,
 * which a test is not to do. Options as in `fpm --help`; every one that is not known is an error.
 */

const FLAGS = ['--force'];
const VALUES = [
  ['-s', '-t', '-d', '--deb-recommends', '--deb-compression', '--architecture', '--after-install', '--after-remove'],
  ['--description', '--version', '--package', '--name', '--maintainer', '--vendor', '--url', '--category'],
  ['--deb-priority', '--license'],
].flat();
const options = new Map<string, string[]>();
const copies: string[] = [];

for (let words = process.argv.slice(2); words.length > 0;) {
  const [word = '', value = ''] = words;
  if (VALUES.includes(word)) options.set(word, [...(options.get(word) ?? []), value]);
  else if (word.startsWith('-') && !FLAGS.includes(word)) throw new Error(`fpm: unknown option ${word}`);
  else if (!word.startsWith('-')) copies.push(word);
  words = words.slice(VALUES.includes(word) ? 2 : 1);
}
const one = (option: string) => options.get(option)?.join(', ') ?? '';
const folder = mkdtempSync(join(tmpdir(), 'hoplab-fpm-'));
try {
  for (const copy of copies) {
    const [from = '', to = ''] = copy.split('=');
    const place = join(folder, to);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(from, place, { recursive: true, verbatimSymlinks: true });
    if (statSync(from).isFile()) chmodSync(place, statSync(from).mode);
  }
  mkdirSync(join(folder, 'DEBIAN'));
  writeFileSync(join(folder, 'DEBIAN', 'control'), control());
  for (const [option, name] of [
    ['--after-install', 'postinst'],
    ['--after-remove', 'postrm'],
  ] as const) {
    cpSync(one(option), join(folder, 'DEBIAN', name));
    chmodSync(join(folder, 'DEBIAN', name), 0o755);
  }
  const made = spawnSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', folder, one('--package')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (made.status !== 0) throw new Error('dpkg-deb failed');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function control(): string {
  const lines: readonly (readonly [string, string])[] = [
    ['Package', one('--name')],
    ['Version', one('--version')],
    ['Architecture', one('--architecture')],
    ['Maintainer', one('--maintainer')],
    ['Homepage', one('--url')],
    ['Section', one('--category') || 'default'],
    ['Priority', one('--deb-priority')],
    ['Depends', one('-d')],
    ['Recommends', one('--deb-recommends')],
    ['Description', one('--description')],
  ];
  return lines.map(([key, value]) => `${key}: ${value}\n`).join('');
}
