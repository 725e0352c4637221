import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { LauncherShell } from '../../contract/launcher.ts';

/** Milliseconds. */
const PATIENCE = 5000;
const MARK = 'HOPLAB-ENVIRONMENT';
/** Characters. */
const LARGEST = 1_000_000;

export interface ShellOptions {
  readonly shell: string;
  /** Whether its terminals start it as a login shell: those of macOS do. */
  readonly login: boolean;
  /** The user's home folder. */
  readonly home: string;
}

export function userShell(): string {
  return process.env['SHELL'] || userInfo().shell || '/bin/sh';
}

/**
 * What a new terminal finds of a command. Null where the shell does not say its PATH: it is not known then. The library for it, shell-env,
 * waits for a shell as long as that takes.
 */
export async function lookInShell(path: string, options: ShellOptions): Promise<LauncherShell | null> {
  const places = (await pathOf(options))?.split(':').map((place) => place.replace(/(?<=.)\/$/, ''));
  if (!places) return null;
  const folder = dirname(path);
  const name = basename(options.shell);
  return {
    name,
    inPath: places.includes(folder),
    add: lineFor(name, folder.replace(options.home, '$HOME')),
    first: await firstBefore(path, places),
  };
}

/** Another program of that name in a folder that comes first. */
async function firstBefore(path: string, places: readonly string[]): Promise<string | null> {
  for (const place of places) {
    const other = join(place, basename(path));
    if (other === path) return null;
    const runs = await access(other, constants.X_OK).then(
      () => true,
      () => false, // the shell goes on to the next as well
    );
    if (runs) return other;
  }
  return null;
}

/** The line that a user types once. */
function lineFor(shell: string, folder: string): string {
  if (shell === 'fish') return `fish_add_path "${folder}"`;
  const line = `export PATH="${folder}:$PATH"`;
  const files: Readonly<Record<string, string>> = { bash: '~/.bashrc', zsh: '~/.zshrc' };
  return `echo '${line}' >> ${files[shell] ?? '~/.profile'}`;
}

/** PATH as the start-up files of an interactive shell leave it. Those may print whatever they like, and may wait for somebody. */
async function pathOf({ shell, login }: ShellOptions): Promise<string | undefined> {
  const printed = await output(shell, [login ? '-ilc' : '-ic', `echo ${MARK}; /usr/bin/env`]);
  const own = printed?.slice(printed.lastIndexOf(`${MARK}\n`) + MARK.length);
  return printed?.includes(`${MARK}\n`) ? /\nPATH=(.*)/.exec(own ?? '')?.[1] : undefined;
}

/** Undefined where it fails, or does not end in time. In a session of its own: it must not take the terminal of Hoplab's. */
async function output(command: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    if (text.length < LARGEST) text += more;
  });
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      child.stdout.destroy();
      resolve(undefined);
    }, PATIENCE);
    const end = (whole: string | undefined): void => {
      clearTimeout(limit);
      resolve(whole);
    };
    child.once('error', () => end(undefined));
    child.once('close', (code) => end(code === 0 ? text : undefined));
  });
}
