import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PIECE } from '../machines/upload.ts';
import { damaged, missing, type BundleError } from './bundle-error.ts';

/** A blob as it travels: packed with gzip where that was made beforehand. */
export interface Travelling {
  readonly packed: boolean;
  /** Bytes that `open` gives. */
  readonly size: number;
  /** None of the bytes comes before the whole was verified, once. Ends in a BundleError when they are not what the hash says. */
  open(): Readable;
}

/** Bytes by their SHA-256 (lower-case hex): a cache, or a bundle. */
export interface Blobs {
  /** Bytes; undefined where there is no such blob. */
  size(sha256: string): Promise<number | undefined>;
  /** As for `Travelling`, never packed. */
  open(sha256: string): Readable;
  /** The packed form where there is one, else the blob itself. @throws BundleError where there is neither */
  travelling(sha256: string): Promise<Travelling>;
}

/** Small ones, such as manifests: all of it. @throws BundleError */
export function readBlob(blobs: Blobs, sha256: string): Promise<Buffer> {
  return buffer(blobs.open(sha256));
}

export const blobPath = (sha256: string): string => `blobs/sha256/${sha256}`;
/** The same blob packed with gzip; the name is the hash of what was packed. */
export const packedPath = (sha256: string): string => `packed/sha256/${sha256}.gz`;

/** A file that is read anew each time: of a folder, or of a tar. */
export interface Entry {
  /** For messages: the file, or the tar with the entry's name. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  open(): Promise<Readable>;
}

/** What is said of a blob that is missing or damaged, by its path. */
type Wrong = (path: string) => BundleError;

/** The blobs among the files of an OCI image layout, by their names in it. @param wrong default: the bundle is to be made again */
export function blobsOf(entries: ReadonlyMap<string, Entry>, place: string, wrong?: Wrong): Blobs {
  const known = new Map<string, Travelling>();
  const travelling = (name: string, sha256: string, packed: boolean): Travelling | undefined => {
    const entry = entries.get(name);
    const open = entry && verifiedBlob(entry, sha256, { packed, wrong });
    const found = known.get(name) ?? (open && { packed, size: entry.size, open });
    if (found) known.set(name, found);
    return found;
  };
  const plain = (sha256: string): Travelling => {
    const found = travelling(blobPath(sha256), sha256, false);
    if (!found) throw (wrong ?? missing)(`${place}: ${blobPath(sha256)}`);
    return found;
  };
  return {
    size: async (sha256) => entries.get(blobPath(sha256))?.size,
    open: (sha256) => plain(sha256).open(),
    travelling: async (sha256) => travelling(packedPath(sha256), sha256, true) ?? plain(sha256),
  };
}

/**
 * The bytes of a blob. Nothing comes before the whole was found to have its hash; that is looked at once, and while the bytes
 * travel once more, so that a file which changes meanwhile ends in a BundleError before its last byte. (What is packed is
 * verified once more on the machine.)
 */
export function verifiedBlob(
  { path, open }: Pick<Entry, 'path' | 'open'>,
  sha256: string,
  { packed, wrong = damaged }: { packed: boolean; wrong?: Wrong | undefined },
): () => Readable {
  let verified: Promise<void> | undefined;
  const verify = async (): Promise<void> => {
    const check = verifying(sha256, () => wrong(path));
    check.resume();
    const source = await open();
    try {
      if (packed) await pipeline(source, createGunzip({ chunkSize: PIECE }), check);
      else await pipeline(source, check);
    } catch {
      throw wrong(path);
    }
  };
  return () => {
    const way = packed ? passing() : verifying(sha256, () => wrong(path));
    verified ??= verify().catch((error: unknown) => {
      verified = undefined; // the user may mend it
      throw error;
    });
    void verified
      .then(async () => pipeline(await open(), way))
      .catch((error: unknown) => way.destroy(error instanceof Error ? error : new Error(String(error))));
    return way;
  };
}

const pieces = { readableHighWaterMark: PIECE, writableHighWaterMark: PIECE };

function passing(): Transform {
  return new Transform({ ...pieces, transform: (piece, _encoding, done) => done(null, piece) });
}

/** Passes on what has this hash; else it ends in a BundleError before its end. */
function verifying(sha256: string, wrong: () => BundleError): Transform {
  const hash = createHash('sha256');
  return new Transform({
    ...pieces,
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      done(hash.digest('hex') === sha256 ? null : wrong());
    },
  });
}
