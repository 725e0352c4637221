import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PIECE } from '../machines/upload.ts';
import { damaged } from './bundle-error.ts';
import type { IndexEntry } from './bundle-index.ts';
import { openWithin } from './open-within.ts';

/**
 * The bytes of a bundle's file that travel to a machine. Nothing comes before the whole file was found to be what the index says;
 * that is looked at once, and while the bytes travel once more, so that a file which changes meanwhile ends in a BundleError before
 * its last byte. (What is packed is verified once more on the machine.)
 */
export function verifiedFile(folder: string, entry: IndexEntry): () => Readable {
  const { path } = entry.packed ?? entry;
  let verified: Promise<void> | undefined;
  return () => {
    const way = entry.packed ? passing() : verifying(folder, entry);
    verified ??= verify(folder, entry).catch((error: unknown) => {
      verified = undefined; // the user may mend it
      throw error;
    });
    void verified
      .then(async () => {
        const { handle } = await openWithin(folder, path);
        await pipeline(handle.createReadStream({ highWaterMark: PIECE }), way);
      })
      .catch((error: unknown) => way.destroy(error instanceof Error ? error : new Error(String(error))));
    return way;
  };
}

/** @throws BundleError */
async function verify(folder: string, entry: IndexEntry): Promise<void> {
  const { path } = entry.packed ?? entry;
  const { handle } = await openWithin(folder, path);
  const source = handle.createReadStream({ highWaterMark: PIECE });
  const check = verifying(folder, entry);
  check.resume();
  try {
    if (entry.packed) await pipeline(source, createGunzip({ chunkSize: PIECE }), check);
    else await pipeline(source, check);
  } catch {
    throw damaged(join(folder, path));
  }
}

const pieces = { readableHighWaterMark: PIECE, writableHighWaterMark: PIECE };

function passing(): Transform {
  return new Transform({ ...pieces, transform: (piece, _encoding, done) => done(null, piece) });
}

/** Passes on what has the size and hash of the index; else it ends in a BundleError before its end. */
function verifying(folder: string, { path, sha256, size }: IndexEntry): Transform {
  const hash = createHash('sha256');
  let bytes = 0;
  return new Transform({
    ...pieces,
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      bytes += piece.length;
      done(bytes > size ? damaged(join(folder, path)) : null, piece);
    },
    flush(done) {
      done(bytes === size && hash.digest('hex') === sha256 ? null : damaged(join(folder, path)));
    },
  });
}
