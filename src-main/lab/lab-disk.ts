import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';

export type PathState = 'file' | 'folder' | 'missing' | 'unreadable' | 'other';

/** What the rules ask the disk about the files that a lab file names. None of it throws. */
export interface LabDisk {
  /** `unreadable`: there, but not for this user. `other`: a device, socket or pipe. */
  state(path: string): PathState;
  /** The text of a file; undefined when it cannot be read. */
  text(path: string): string | undefined;
  /** What is in a folder, by name; none when it cannot be read. */
  names(path: string): readonly string[];
}

export const localDisk: LabDisk = {
  state: (path) => {
    try {
      const stats = statSync(path);
      accessSync(path, constants.R_OK);
      if (stats.isFile()) return 'file';
      return stats.isDirectory() ? 'folder' : 'other';
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EACCES' ? 'unreadable' : 'missing';
    }
  },
  text: (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // What is wrong with the path is what state() is for.
      return undefined;
    }
  },
  names: (path) => {
    try {
      return readdirSync(path).sort();
    } catch {
      return []; // likewise
    }
  },
};
