import { join } from 'node:path';
import { PIECE } from '../machines/upload.ts';
import { namesIn } from '../names-in.ts';
import type { Entry } from './blobs.ts';
import { openWithin } from './open-within.ts';

/** Folders of an OCI image layout with blobs, and what their names are like. */
export const BLOB_NAME = /^(?:blobs\/sha256\/[0-9a-f]{64}|packed\/sha256\/[0-9a-f]{64}\.gz)$/;

/** The files of a bundle's folder that matter, by their names in it. @throws BundleError for a link that leads out of it */
export async function folderEntries(folder: string): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  const add = async (name: string): Promise<void> => {
    const { handle, size } = await openWithin(folder, name);
    await handle.close();
    const open = async () => (await openWithin(folder, name)).handle.createReadStream({ highWaterMark: PIECE });
    entries.set(name, { path: join(folder, name), size, open });
  };
  await add('index.json');
  for (const below of ['blobs/sha256', 'packed/sha256']) {
    const names = (await namesIn(join(folder, below))).map((name) => `${below}/${name}`);
    await Promise.all(names.filter((name) => BLOB_NAME.test(name)).map(add));
  }
  return entries;
}
