import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { unlessAbsent } from '../is-absent.ts';
import { blobFile } from './image-archive.ts';
import { packedPath, type Blobs } from './blobs.ts';
import { OCI_LAYOUT, writeIndex, type BundleIndex } from './bundle-index.ts';
import type { Descriptor } from './image-document.ts';
import { hexOf, imageParts } from './image-parts.ts';
import { packTar, tarSize, textFile, type Packed } from './tar-pack.ts';

/** The files of a bundle's tar: its index first, then each blob once; programs packed, as they travel to machines. */
export async function bundleFiles(index: BundleIndex, blobs: Blobs): Promise<readonly Packed[]> {
  const images = index.images.flatMap((image) => index.arch.map((arch) => imageParts(blobs, image, arch)));
  const parts = (await Promise.all(images)).flatMap((found): readonly Descriptor[] => found ?? []);
  const plain = [
    ...index.files.filter(({ kind }) => kind !== 'binary').map(({ sha256, size }) => ({ sha256, size })),
    ...parts.map(({ digest, size }) => ({ sha256: hexOf(digest), size })),
  ];
  const once = [...new Map(plain.map((blob) => [blob.sha256, blob])).values()];
  const programs = index.files.filter(({ kind }) => kind === 'binary');
  return [
    textFile('oci-layout', OCI_LAYOUT),
    textFile('index.json', writeIndex(index)),
    ...(await Promise.all(programs.map(({ sha256, size }) => programFile(blobs, sha256, size)))),
    ...once.map(({ sha256, size }) => blobFile(blobs, sha256, size)),
  ];
}

async function programFile(blobs: Blobs, sha256: string, size: number): Promise<Packed> {
  const found = await blobs.travelling(sha256);
  if (!found.packed) return blobFile(blobs, sha256, size);
  return { name: packedPath(sha256), size: found.size, open: () => found.open() };
}

/**
 * Writes a bundle as one plain tar: whole, or not at all. A folder at its place is not replaced.
 * @param onBytes is told how many bytes of how many are written
 * @throws BundleError when a blob is not what its name says, or the error of the file system
 */
export async function writeBundle(
  file: string,
  files: readonly Packed[],
  { signal, onBytes }: { signal: AbortSignal; onBytes: (bytes: number, total: number) => void },
): Promise<void> {
  await refuseFolder(file);
  const total = tarSize(files);
  let bytes = 0;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      onBytes(bytes, total);
      done(null, piece);
    },
  });
  const part = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    await pipeline(packTar(files), counted, createWriteStream(part, { flags: 'wx', mode: 0o644, flush: true }), {
      signal,
    });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function refuseFolder(file: string): Promise<void> {
  const stats = await stat(file).catch(unlessAbsent);
  if (stats?.isDirectory()) throw Object.assign(new Error(`EISDIR: ${file}`), { code: 'EISDIR', path: file });
}
