import { BundleError } from './bundle-error.ts';
import { readBundle } from './bundle.ts';
import type { Blobs } from './blobs.ts';
import type { BundleIndex } from './bundle-index.ts';
import { hexOf, imageParts } from './image-parts.ts';

export interface VerifiedBundle {
  readonly index: BundleIndex;
  /** How many blobs have the hash that they are named by, and their bytes. */
  readonly blobs: number;
  readonly bytes: number;
  /** What is missing, or has another hash: each a sentence. */
  readonly problems: readonly BundleError[];
}

/**
 * Reads every byte that the index of a bundle names. @throws BundleError when it has no usable index
 * @param onBytes is told how many bytes were read
 */
export async function verifyBundle(place: string, onBytes: (bytes: number) => void): Promise<VerifiedBundle> {
  const { index, blobs } = await readBundle(place);
  const problems: BundleError[] = [];
  const note = (error: unknown): undefined => {
    if (!(error instanceof BundleError)) throw error;
    problems.push(error);
  };
  const named = new Set(index.files.map(({ sha256 }) => sha256));
  for (const image of index.images) {
    for (const arch of index.arch) {
      const parts = await imageParts(blobs, image, arch).catch(note);
      for (const { digest } of parts ?? []) named.add(hexOf(digest));
    }
  }
  let bytes = 0;
  for (const sha256 of named) {
    await readWhole(blobs, sha256, (more) => onBytes((bytes += more))).catch(note);
  }
  return { index, blobs: named.size - problems.length, bytes, problems };
}

/** As it travels: a program that is there packed is unpacked for its hash. */
async function readWhole(blobs: Blobs, sha256: string, onBytes: (more: number) => void): Promise<void> {
  const cargo = await blobs.travelling(sha256);
  for await (const piece of cargo.open()) onBytes((piece as Buffer).length);
}
