import { readdir } from 'node:fs/promises';
import { isAbsent } from './is-absent.ts';

/** The names of what is in a folder; none where it does not exist. @throws Error of the file system: what cannot be read is not empty */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
}
