import { dirname, join, resolve } from 'node:path';

/** Turns the paths of a lab file into absolute ones: relative to the lab file, `~` is the home folder. */
export interface LabPaths {
  /** The lab file itself. */
  readonly file: string;
  /** The key that is used when neither a key, the agent nor a password is asked for. */
  readonly defaultKey: string;
  readonly absolute: (path: string) => string;
}

export function labPaths(file: string, home: string): LabPaths {
  const labFile = resolve(file);
  return {
    file: labFile,
    defaultKey: join(home, '.ssh', 'id_ed25519'),
    absolute: (path) =>
      path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : resolve(dirname(labFile), path),
  };
}
