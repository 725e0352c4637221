import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { appRoot } from '../app-root.ts';

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
