import { readdir } from 'node:fs/promises';

/** The names of what is in a folder; none where it does not exist. @throws Error of the file system: what cannot be read is not empty */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
}
