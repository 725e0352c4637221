import { homedir } from 'node:os';
import { join } from 'node:path';
import { appRoot } from '../app-root.ts';

/** Hoplab's own folder: settings, known hosts, journals. `HOPLAB_HOME`, else `.hoplab` in the user's home. */
export function hoplabHome(): string {
  return process.env['HOPLAB_HOME'] ?? join(homedir(), '.hoplab');
}

export function knownHostsFile(home: string): string {
  return join(home, 'known_hosts');
}

/** The recording that ships with Hoplab. */
export function recordingFile(): string {
  return join(appRoot(), 'resources', 'recordings', 'lab.json.br');
}

/** Where the recorded lab stands between two runs; another recording begins with bare machines. */
export function recordingStandingFile(home: string, recorded: string): string {
  return join(home, 'labs', 'recording', `${recorded.replaceAll(/[:.]/g, '-')}.json`);
}

/** @param lab its name, or `recording` */
export function journalFolder(home: string, lab: string): string {
  return join(home, 'labs', lab, 'journal');
}
