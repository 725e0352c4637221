import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { builtCli, root } from '../set-up/built.ts';

const documents = globSync(['README.md', 'README.ja.md', 'docs/*.md'], { cwd: root });
const english = documents.filter((name) => !name.endsWith('.ja.md'));

/** A document without what differs between languages: its headings' levels, code without comments, links, rows and items. */
function shape(text: string): unknown {
  const code = [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, kind, lines = '']) => [
    kind,
    lines.split('\n').map((line) => line.replace(/\s*(?:^|\s)# .*/, '')),
  ]);
  const prose = text.replaceAll(/^```.*?^```/gms, '');
  const count = (line: RegExp): number => [...prose.matchAll(line)].length;
  return {
    headings: [...prose.matchAll(/^#+(?= )/gm)].map(([level]) => level),
    code,
    links: linksOf(prose).map((link) => link.replace(/\.ja\.md/, '.md')),
    rows: count(/^\|/gm),
    items: count(/^- /gm),
    paragraphs: count(/\n\n/g),
  };
}

/** The files that a document links to, its other language aside. Sorted: a sentence may name them in another order. */
function linksOf(text: string): readonly string[] {
  const links = [...text.matchAll(/\[(.*?)\]\((\S+?)\)/g)].filter(
    ([, name]) => name !== 'English' && name !== '日本語',
  );
  return links.map(([, , link = '']) => link).sort();
}

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const inJapanese = (name: string): string => name.replace(/\.md$/, '.ja.md');

test('every page is there in both languages', () => {
  expect(documents.sort()).toEqual(english.flatMap((name) => [name, inJapanese(name)]).sort());
});

test.each(english)('%s has the same parts, commands and links in Japanese', (name) => {
  expect(shape(read(inJapanese(name)))).toEqual(shape(read(name)));
});

test.each(documents)('%s links to files that exist, and to the same page in the other language', (name) => {
  const targets = [...read(name).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(targets.filter((link) => !existsSync(join(root, dirname(name), link)))).toEqual([]);
  const [other] = name.endsWith('.ja.md') ? [name.replace('.ja.md', '.md')] : [inJapanese(name)];
  expect(targets[0]).toBe(other.replace('docs/', ''));
});

test.each(english)('%s names only commands and options that exist', { timeout: 60_000 }, (name) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const lines = [...read(name).matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, code = '']) => code.split('\n'));
  for (const line of lines) {
    const script = /^npm run (\S+)/.exec(line)?.[1];
    if (script !== undefined) expect(scripts).toHaveProperty([script]);
    const words = /^(?:npm start --|npm run lab -- hoplab|hoplab) (.*?)(?:\s# .*)?$/.exec(line)?.[1];
    if (words !== undefined) expectKnown(words);
  }
});

/** Every option of a command line is in the help of Hoplab or of the command, which has to exist. */
function expectKnown(words: string): void {
  const general = helpOf([]);
  const commands = commandsIn(general);
  const command = words.split(' ').find((word) => commands.includes(word));
  const flags = [...words.matchAll(/(?<=^| )--?[a-z][-a-z]*/g)].map(([flag]) => flag);
  if (command === undefined) expect(flags).toContain('--help');
  const help = `${general}${command === undefined ? '' : helpsOf(command, words)}`;
  expect(
    flags.filter((flag) => !new RegExp(`(?:^|\\s)${flag}\\b`, 'm').test(help) && !words.includes('curl ')),
  ).toEqual([]);
}

/** The help of a command, and of the command below it that is named, which has to exist. */
function helpsOf(command: string, words: string): string {
  const own = helpOf([command]);
  const [, below] = new RegExp(`(?:^| )${command} ([a-z]+)`).exec(words) ?? [];
  if (below === undefined || !own.includes('\nCommands:')) return own;
  expect(commandsIn(own)).toContain(below);
  return own + helpOf([command, below]);
}

function commandsIn(help: string): readonly (string | undefined)[] {
  return [...help.matchAll(/^ {2}([a-z][a-z-]*)(?: \[| <| {2})/gm)].map(([, command]) => command);
}

const helps = new Map<string, string>();

function helpOf(command: readonly string[]): string {
  const key = command.join(' ');
  const help =
    helps.get(key) ?? spawnSync(process.execPath, [builtCli(), ...command, '--help'], { encoding: 'utf8' }).stdout;
  helps.set(key, help);
  return help;
}
