import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { glob, LineType, parse, type Directive, type Line } from 'ssh-config';

/** When a block of the config holds: ssh_config(5), Host and Match. */
export type Condition =
  | { readonly kind: 'host'; readonly patterns: readonly string[] }
  | { readonly kind: 'match'; readonly criteria: readonly (readonly [name: string, value: string])[] };

/** One line that sets something, with every block that it stands in. */
export interface Setting {
  /** Lower-case: `hostname`. */
  readonly name: string;
  readonly value: string;
  readonly conditions: readonly Condition[];
}

/** A config with what it includes, in the order in which OpenSSH reads it: of two values the first counts. */
export interface SshConfig {
  readonly settings: readonly Setting[];
  /** Names that `Host` lines state without wildcards, in their order. */
  readonly aliases: readonly string[];
}

/** The config cannot be read. */
export class SshConfigUnreadable extends Error {
  readonly file: string;
  readonly why: string;
  constructor(file: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${file}: ${why}`, { cause });
    this.why = why;
    this.name = 'SshConfigUnreadable';
    this.file = file;
  }
}

/** As OpenSSH's READCONF_MAX_DEPTH. */
const DEEPEST = 16;
/** Files, all in all: one may include itself twice. */
const MOST = 200;
const LARGEST = 1024 * 1024;

/**
 * Reads an ssh config and what it includes; one that is not there is empty. Nothing that it names is run: the library's own
 * `compute` is not used, for it runs `Match exec` and nslookup. @param home for `~` in Include @throws SshConfigUnreadable
 */
export async function readSshConfig(file: string, home: string): Promise<SshConfig> {
  const reader = new Reader(dirname(file), home);
  await reader.file(file, [], 0);
  return { settings: reader.settings, aliases: [...reader.aliases] };
}

class Reader {
  readonly settings: Setting[] = [];
  readonly aliases = new Set<string>();
  readonly #folder: string;
  readonly #home: string;
  #files = 0;

  /** @param folder what relative names in Include belong to */
  constructor(folder: string, home: string) {
    this.#folder = folder;
    this.#home = home;
  }

  async file(file: string, conditions: readonly Condition[], depth: number): Promise<void> {
    try {
      const stats = await stat(file);
      if (!stats.isFile()) throw new Error('not a regular file');
      if ((this.#files += 1) > MOST) throw new Error(`includes more than ${MOST} files`);
      if (stats.size > LARGEST) throw new Error('too large');
      await this.#lines(parse(await readFile(file, 'utf8')), conditions, depth);
    } catch (error) {
      if (error instanceof SshConfigUnreadable) throw error;
      const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!absent) throw new SshConfigUnreadable(file, error);
    }
  }

  async #lines(lines: readonly Line[], conditions: readonly Condition[], depth: number): Promise<void> {
    for (const line of lines) {
      if (line.type !== LineType.DIRECTIVE) continue;
      const name = line.param.toLowerCase();
      if (name === 'include') await this.#include(words(line), conditions, depth + 1);
      else if ('config' in line) await this.#lines(line.config, [...conditions, this.#condition(name, line)], depth);
      else this.settings.push({ name, value: words(line).join(' '), conditions });
    }
  }

  #condition(name: string, line: Directive): Condition {
    if (name === 'host') {
      const patterns = words(line);
      for (const pattern of patterns) if (/^[^!*?]+$/.test(pattern)) this.aliases.add(pattern);
      return { kind: 'host', patterns };
    }
    return { kind: 'match', criteria: criteria(words(line)) };
  }

  async #include(patterns: readonly string[], conditions: readonly Condition[], depth: number): Promise<void> {
    if (depth > DEEPEST) throw new Error(`Include nests deeper than ${DEEPEST}`);
    for (const pattern of patterns) {
      const path = pattern.replace(/^~(?=\/|$)/, () => this.#home);
      for (const file of await expand(resolve(this.#folder, path))) await this.file(file, conditions, depth);
    }
  }
}

/** The files that a path with wildcards names, in alphabetical order. Node.js 20 has no glob of its own. */
async function expand(path: string): Promise<readonly string[]> {
  let found = ['/'];
  for (const part of path.split('/').filter(Boolean)) {
    if (!/[*?]/.test(part)) found = found.map((folder) => join(folder, part));
    else found = (await Promise.all(found.map((folder) => matching(folder, part)))).flat();
  }
  return found;
}

async function matching(folder: string, pattern: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []); // a folder that is not there has no files
  const hidden = pattern.startsWith('.');
  return names
    .filter((name) => name.startsWith('.') === hidden && glob([pattern], name))
    .sort()
    .map((name) => join(folder, name));
}

function words({ value }: Directive): string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val);
}

/** `host a,b exec "test …"` in pairs; those without a value get none. */
function criteria(all: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const alone = new Set(['all', 'canonical', 'final']);
  for (let index = 0; index < all.length; index += 1) {
    const name = (all[index] ?? '').toLowerCase();
    if (alone.has(name.replace(/^!/, ''))) pairs.push([name, '']);
    else pairs.push([name, all[(index += 1)] ?? '']);
  }
  return pairs;
}
