import { lstat, mkdir, readFile, readlink, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { split } from 'shlex';
import type { Text } from '../../contract/text.ts';
import { unlessAbsent } from '../../is-absent.ts';
import { sh } from '../../machines/command.ts';
import { writeAtomically } from '../../write-atomically.ts';
import type { FoundLauncher, LauncherPlace } from './launcher-place.ts';
import { noPlaceOfAppImage } from './refused-launchers.ts';

const HEAD = '#!/bin/sh\n# Written by Hoplab: its settings remove it.\n';

/** Bytes: what is larger is not the launcher. */
const LARGEST = 65_536;

export interface LinuxApp {
  readonly program: string;
  /** The user's home folder. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `/` but in tests. */
  readonly root: string;
}

/** `~/.local/bin/hoplab`, unless the deb brought the command. @throws Refused where it is not known what to start */
export function linuxLauncher({ program, home, env, root }: LinuxApp): LauncherPlace {
  const path = join(home, '.local', 'bin', 'hoplab');
  const starts = startOf(program, env);
  const ofPackage = join(root, 'usr', 'bin', 'hoplab');
  return {
    path,
    starts,
    async read() {
      const brought = starts === program ? await textOf(ofPackage) : undefined;
      if (brought !== undefined && programOf(brought) === program) return { state: 'provided', path: ofPackage };
      return standing(path, starts);
    },
    async write() {
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(path, script(starts), 0o755);
    },
    remove: () => rm(path),
  };
}

/**
 * An AppImage is started by its own path, for its program lies in a mount that ends with it. APPIMAGE alone says nothing: whatever an
 * AppImage starts, such as the terminal of an editor, inherits it. https://docs.appimage.org/packaging-guide/environment-variables.html
 */
function startOf(program: string, { APPIMAGE: image, APPDIR: mount }: LinuxApp['env']): string {
  if (image && mount && program.includes(`/${basename(mount)}/`)) return image;
  if (program.includes('/.mount_')) throw noPlaceOfAppImage();
  return program;
}

/** As packaging/linux/hoplab of the deb. */
function script(program: string): string {
  return `${HEAD}${sh`exec ${program} --no-sandbox --log-level=3 --cli -- "$@"`}\n`;
}

/** The program that such a script starts; undefined where it is no such script. */
function programOf(text: string): string | undefined {
  const [, command = ''] = /^#!\/bin\/sh\n(?:#.*\n)*exec ([^]*)$/.exec(text) ?? [];
  if (!command.includes(' --cli -- "$@"')) return undefined;
  return split(command.slice(0, command.lastIndexOf(' --cli --')))[0];
}

async function standing(path: string, starts: string): Promise<FoundLauncher> {
  const stats = await lstat(path).catch(unlessAbsent);
  if (!stats) return { state: 'absent', path, administrator: false };
  if (stats.isSymbolicLink()) return { state: 'foreign', path, what: linkTo(await readlink(path)) };
  if (!stats.isFile()) return { state: 'foreign', path, what: { en: 'not a file', ja: 'ファイルではないもの' } };
  const text = stats.size > LARGEST ? '' : await readFile(path, 'utf8');
  if (text === script(starts)) return { state: 'installed', path, administrator: false };
  const other = text.startsWith(HEAD) ? programOf(text) : undefined;
  if (other !== undefined) return { state: 'outdated', path, administrator: false, starts: other };
  return {
    state: 'foreign',
    path,
    what: { en: 'a file that Hoplab did not write', ja: 'Hoplab が書いていないファイル' },
  };
}

/** A link, for people. */
export function linkTo(target: string): Text {
  return { en: `a link to ${target}`, ja: `${target} へのリンク` };
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(unlessAbsent);
}
