import { homedir } from 'node:os';
import { join } from 'node:path';

/** Hoplab's own folder: known_hosts and journals. `HOPLAB_HOME`, else `.hoplab` in the user's home. */
export function hoplabHome(): string {
  return process.env['HOPLAB_HOME'] ?? join(homedir(), '.hoplab');
}

export function knownHostsFile(): string {
  return join(hoplabHome(), 'known_hosts');
}

/** The recording that ships with Hoplab. The built command line lies in out/main. */
export function recordingFile(): string {
  return join(__dirname, '..', '..', 'resources', 'recordings', 'lab.json.br');
}

/** Where the recorded lab stands between two commands; another recording begins with bare machines. */
export function recordingStandingFile(recorded: string): string {
  return join(hoplabHome(), 'labs', 'recording', `${recorded.replaceAll(/[:.]/g, '-')}.json`);
}

export function journalFolder(lab: string): string {
  return join(hoplabHome(), 'labs', lab, 'journal');
}
