import { stat, statfs } from 'node:fs/promises';
import { diskFull } from './download-failures.ts';

interface Missing {
  /** Where it will be. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly url: string;
}

/** @throws DownloadError where the disk of a folder has less space than is needed, without what came of it already */
export async function makeSureOfRoom(folder: string, missing: readonly Missing[]): Promise<void> {
  const parts = await Promise.all(
    missing.map(({ path }) =>
      stat(`${path}.part`).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const need = missing.reduce((sum, { size }, at) => sum + size - (parts[at] ?? 0), 0);
  const { blocks, bavail, bsize } = await statfs(folder);
  // some file systems do not say how large they are
  if (blocks > 0 && bavail * bsize < need) throw diskFull(folder, need, missing[0]?.url ?? '');
}
