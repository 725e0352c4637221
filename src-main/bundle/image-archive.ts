import { blobPath, type Blobs } from './blobs.ts';
import { imageIndex, OCI_LAYOUT, type IndexImage } from './bundle-index.ts';
import type { Cargo } from './bundle.ts';
import type { Descriptor } from './image-document.ts';
import { hexOf } from './image-parts.ts';
import { packTar, tarSize, textFile, type Packed } from './tar-pack.ts';

/**
 * An OCI image layout in a tar, as `ctr images import` reads it from its standard input. It ends in a BundleError when a blob is not
 * what its digest says.
 * @param parts all blobs of the images; layers that they share are sent once
 * @returns with its size in bytes
 */
export function imageArchive(blobs: Blobs, images: readonly IndexImage[], parts: readonly Descriptor[]): Cargo {
  const once = new Map(parts.map((part) => [part.digest, part]));
  const files = [
    textFile('oci-layout', OCI_LAYOUT),
    textFile('index.json', JSON.stringify(imageIndex(images))),
    ...[...once.values()].map(({ digest, size }) => blobFile(blobs, hexOf(digest), size)),
  ];
  return { size: tarSize(files), open: () => packTar(files) };
}

/** A blob as a file of an OCI image layout. */
export function blobFile(blobs: Blobs, sha256: string, size: number): Packed {
  return { name: blobPath(sha256), size, open: () => blobs.open(sha256) };
}
