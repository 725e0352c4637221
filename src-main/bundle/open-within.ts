import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { BundleError, damaged, missing } from './bundle-error.ts';

export interface OpenFile {
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
}

/**
 * Opens a regular file of a folder. A link that leads out of the folder, and a pipe or device, which would be read without end, are
 * refused. The handle is the caller's to close. @throws BundleError
 */
export async function openWithin(folder: string, path: string): Promise<OpenFile> {
  const file = join(folder, path);
  const [root, real] = await Promise.all([folder, file].map((one) => realpath(one))).catch(() => {
    throw missing(file);
  });
  if (root === undefined || !real?.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside(file);
  // what was looked at may be another file by now: no link is followed, and a pipe does not wait for its writer
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(real, flags).catch(() => {
    throw missing(file);
  });
  const stats = await handle.stat();
  if (stats.isFile()) return { handle, size: stats.size };
  await handle.close();
  throw damaged(file);
}

function outside(file: string): BundleError {
  return new BundleError({
    en: `${file} leads out of the bundle's folder: put the file itself there, or make the bundle again.`,
    ja: `${file} はバンドルのフォルダーの外を指しています。ファイルそのものを置くか、バンドルを作り直してください。`,
  });
}
