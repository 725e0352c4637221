import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEndOfFile } from '../set-up/at-end-of-file.ts';

/** A folder that goes with the test file. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hoplab-machines-'));
  atEndOfFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
