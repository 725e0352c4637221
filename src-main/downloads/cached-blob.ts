import { createHash } from 'node:crypto';
import { open, rm, stat, utimes } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BundleError } from '../bundle/bundle-error.ts';
import { verifiedBlob } from '../bundle/blobs.ts';
import { isAbsent } from '../is-absent.ts';

/** Bytes that are read at once. */
const PIECE = 1 << 20;

/**
 * The bytes of a file of the cache, of which none comes before the whole was verified, once; the time of its last use is noted then.
 * A file that is damaged is removed, so that the next download gets it again. The stream ends in a BundleError that says so.
 */
export function cachedBlob(path: string, sha256: string, packed: boolean): () => Readable {
  const content = async () => (await open(path)).createReadStream({ highWaterMark: PIECE });
  const verified = verifiedBlob({ path, open: content }, sha256, { packed });
  let noted = false;
  return () =>
    Readable.from(
      (async function* () {
        if (!noted) await used(path);
        noted = true;
        try {
          yield* verified();
        } catch (error) {
          throw isAbsent(error) ? gone(path) : error instanceof BundleError ? await judge(path, sha256, packed) : error;
        }
      })(),
      { objectMode: false },
    );
}

/** Notes that a file is used now: as the time of its last change, which a backup or a search does not touch. */
export async function used(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined); // that is for a list; the file may be gone or another user's
}

/** What is wrong with a file that could not be verified; it is removed if its bytes are wrong, and not if it cannot be read. */
async function judge(path: string, sha256: string, packed: boolean): Promise<Error> {
  try {
    const before = await stat(path);
    if ((await hashOf(path, packed)) === sha256) return readAgain(path);
    if ((await stat(path)).ino === before.ino) await rm(path, { force: true });
    return damaged(path);
  } catch (error) {
    if (isAbsent(error)) return gone(path);
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Undefined for what is packed and cannot be unpacked. */
async function hashOf(path: string, packed: boolean): Promise<string | undefined> {
  const hash = createHash('sha256');
  const source = (await open(path)).createReadStream({ highWaterMark: PIECE });
  if (!packed) {
    await pipeline(source, hash);
    return hash.digest('hex');
  }
  try {
    await pipeline(source, createGunzip({ chunkSize: PIECE }), hash);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) return undefined;
    throw error;
  }
}

function damaged(path: string): BundleError {
  return new BundleError({
    en: `${path} was damaged on the disk and has been removed from the cache: run it again, and it is downloaded again.`,
    ja: `${path} はディスク上で壊れていたため、キャッシュから削除しました。もう一度実行すると、ダウンロードし直します。`,
  });
}

function gone(path: string): BundleError {
  return new BundleError({
    en: `${path} is no longer in the cache: run it again, and it is downloaded again.`,
    ja: `${path} はもうキャッシュにありません。もう一度実行すると、ダウンロードし直します。`,
  });
}

function readAgain(path: string): BundleError {
  return new BundleError({
    en: `${path} could not be read, or changed while it was read: run it again.`,
    ja: `${path} を読み取れなかったか、読み取り中に変わりました。もう一度実行してください。`,
  });
}
