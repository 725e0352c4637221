import { access, constants, lstat, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAbsent, unlessAbsent } from '../../is-absent.ts';
import { all, sh, type ShellCommand } from '../../machines/command.ts';
import { SudoRefused } from '../../machines/errors.ts';
import type { Machine } from '../../machines/machine.ts';
import { openLocalMachine } from '../../machines/local/local-machine.ts';
import type { FoundLauncher, LauncherPlace } from './launcher-place.ts';
import { linkTo } from './linux-launcher.ts';
import { administratorRefused, noAppOnMac, onVolume, translocated } from './refused-launchers.ts';

/** What belongs to a Mac's app: packaging/mac/hoplab. */
const COMMAND = join('Contents', 'Resources', 'hoplab');

/** Milliseconds for a person to type a password. */
const PATIENCE = 600_000;

export interface MacApp {
  readonly program: string;
  /** `/` but in tests. */
  readonly root: string;
  /** This computer, where macOS asks for an administrator with the sentence. */
  readonly open?: (administrator: string) => Machine;
  readonly isWritable?: (folder: string) => Promise<boolean>;
}

/** A link in /usr/local/bin to the command in the app. @throws Refused where the app cannot stay where it is */
export function macLauncher({ program, root, open = thisMac, isWritable = mayWrite }: MacApp): LauncherPlace {
  const path = join(root, 'usr', 'local', 'bin', 'hoplab');
  const starts = join(appOf(program), COMMAND);
  const change = async (command: ShellCommand, administrator: boolean): Promise<void> => {
    const mac = open(whatFor(path));
    try {
      await mac.run(command, { sudo: administrator, timeout: PATIENCE });
    } catch (error) {
      throw error instanceof SudoRefused ? administratorRefused(command) : error;
    } finally {
      await mac.close();
    }
  };
  return {
    path,
    starts,
    read: async () => standing(path, starts, async () => !(await isWritable(dirname(path)))),
    async write(found) {
      // `ln` replaces nothing; an outdated link goes first, and only while it is the one that was found
      const link = sh`mkdir -p ${dirname(path)} && ln -sn ${starts} ${path}`;
      const outdated = found.state === 'outdated';
      await change(outdated ? all([removal(path, found.starts), link]) : link, found.administrator);
    },
    remove: (found) => change(removal(path, found.state === 'outdated' ? found.starts : starts), found.administrator),
  };
}

/** The folder `Hoplab.app`. Apple on translocation: https://developer.apple.com/library/archive/technotes/tn2206/ */
function appOf(program: string): string {
  const app = /^(\/.*\.app)\/Contents\/MacOS\/[^/]+$/.exec(program)?.[1];
  if (app === undefined) throw noAppOnMac();
  if (app.includes('/AppTranslocation/')) throw translocated();
  if (app.startsWith('/Volumes/')) throw onVolume(app);
  return app;
}

async function standing(path: string, starts: string, administrator: () => Promise<boolean>): Promise<FoundLauncher> {
  const stats = await lstat(path).catch(unlessAbsent);
  if (!stats) return { state: 'absent', path, administrator: await administrator() };
  const what = { en: 'no link to an app', ja: 'アプリへのリンクではないもの' };
  if (!stats.isSymbolicLink()) return { state: 'foreign', path, what };
  const target = await readlink(path);
  if (target === starts) return { state: 'installed', path, administrator: await administrator() };
  if (!target.endsWith(`.app/${COMMAND}`)) return { state: 'foreign', path, what: linkTo(target) };
  return { state: 'outdated', path, administrator: await administrator(), starts: target };
}

function removal(path: string, target: string): ShellCommand {
  return sh`[ "$(readlink ${path})" = ${target} ] && rm ${path}`;
}

/** Whether this user may write into a folder, or into the one in which it would be made. */
async function mayWrite(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (error) {
    return isAbsent(error) ? mayWrite(dirname(folder)) : false;
  }
}

function thisMac(administrator: string): Machine {
  return openLocalMachine({ name: 'this computer', sudo: 'password', administrator });
}

/** In both languages: the dialog is macOS's own. */
function whatFor(path: string): string {
  return `Hoplab changes the command for terminals (${path}).\nHoplab はターミナル用のコマンド (${path}) を変更します。`;
}
