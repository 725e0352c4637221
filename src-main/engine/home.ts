import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { appRoot } from '../app-root.ts';
import { unusableHome } from './refusals.ts';

/** Hoplab's own folder: settings, known hosts, journals. `HOPLAB_HOME`, else `.hoplab` in the user's home. */
export function hoplabHome(): string {
  return resolve(process.env['HOPLAB_HOME'] || join(homedir(), '.hoplab'));
}

export function knownHostsFile(home: string): string {
  return join(home, 'known_hosts');
}

/** Downloads of all labs of this user. */
export function cacheFolder(home: string): string {
  return join(home, 'cache');
}

/** The recording that ships with Hoplab. */
export function recordingFile(): string {
  return join(appRoot(), 'resources', 'recordings', 'lab.recording');
}

/** Where the recorded lab stands between two runs; another recording begins with bare machines. */
export function recordingStandingFile(home: string, recorded: string): string {
  return join(home, 'labs', 'recording', `${recorded.replaceAll(/[:.]/g, '-')}.json`);
}

/** @param lab its name, or `recording` */
export function journalFolder(home: string, lab: string): string {
  return join(home, 'labs', lab, 'journal');
}

/** Where a lab keeps what `LabParts` says. @param lab as for `journalFolder` */
export function keptPlaces(home: string, lab: string): { journal: string; paths: string; rules: string } {
  const folder = join(home, 'labs', lab);
  return { journal: journalFolder(home, lab), paths: join(folder, 'paths'), rules: join(folder, 'rules.json') };
}

/**
 * Makes Hoplab's own folder, and `folder` in it, unless they are there, and looks whether they can be used: before anything
 * else is touched. @throws Refused
 */
export function prepareHome(home: string, folder = home): void {
  try {
    for (const each of [home, folder]) {
      makeFolder(each);
      accessSync(each, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    const hosts = knownHostsFile(home);
    if (kindOf(hosts) === 'folder') throw Object.assign(new Error(`${hosts} is a folder`), { code: 'EISDIR' });
    if (kindOf(hosts)) accessSync(hosts, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw unusableHome(home, error);
  }
}

/** Folder by folder: Node's own `recursive` never ends where mkdir says ENOENT of a folder that is there, as in /proc. */
function makeFolder(path: string): void {
  if (kindOf(path) === 'folder') return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (kindOf(path) !== 'folder') throw error; // another Hoplab may have made it meanwhile
  }
}

function kindOf(path: string): 'folder' | 'other' | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && (stats.isDirectory() ? 'folder' : 'other');
}
