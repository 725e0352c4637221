import { homedir } from 'node:os';
import { join } from 'node:path';

/** Hoplab's own folder: settings, known hosts, journals. `HOPLAB_HOME`, else `.hoplab` in the user's home. */
export function hoplabHome(): string {
  return process.env['HOPLAB_HOME'] ?? join(homedir(), '.hoplab');
}

export function knownHostsFile(home: string): string {
  return join(home, 'known_hosts');
}

export function journalFolder(home: string, lab: string): string {
  return join(home, 'labs', lab, 'journal');
}
