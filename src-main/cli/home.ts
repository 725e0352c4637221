import { homedir } from 'node:os';
import { join } from 'node:path';

/** Hoplab's own folder: known_hosts and journals. `HOPLAB_HOME`, else `.hoplab` in the user's home. */
export function hoplabHome(): string {
  return process.env['HOPLAB_HOME'] ?? join(homedir(), '.hoplab');
}

export function knownHostsFile(): string {
  return join(hoplabHome(), 'known_hosts');
}

export function journalFolder(lab: string): string {
  return join(hoplabHome(), 'labs', lab, 'journal');
}
