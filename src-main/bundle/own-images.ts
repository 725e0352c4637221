import { Readable } from 'node:stream';
import { PIECE } from '../machines/upload.ts';
import { BundleError } from './bundle-error.ts';
import type { Blobs } from './blobs.ts';
import type { Arch, BundleIndex, IndexImage } from './bundle-index.ts';

/** An image of an archive that somebody made with other tools. */
export interface OwnImage extends IndexImage {
  /** Path of the archive. */
  readonly archive: string;
  /** For which it is there whole; at least one. */
  readonly archs: readonly Arch[];
}

export interface OwnImages {
  readonly images: readonly OwnImage[];
  readonly blobs: Blobs;
}

/**
 * What of archives a lab runs; of two images with one name the first.
 * @param wanted whole references of all images that it runs. @throws BundleError for an archive with none of them
 */
export function ownImages(archives: readonly OwnImages[], wanted: ReadonlySet<string>): OwnImages {
  const found = new Map<string, OwnImage>();
  for (const { images } of archives) {
    const used = images.filter(({ reference }) => wanted.has(reference));
    if (used.length === 0) throw noneUsed(images);
    for (const image of used) if (!found.has(image.reference)) found.set(image.reference, image);
  }
  return { images: [...found.values()], blobs: inOrder(archives.map(({ blobs }) => blobs)) };
}

/** Own images in the place of those of the source that have their names. */
export function withOwn<Index extends Pick<BundleIndex, 'images'>>(
  { index, blobs }: { index: Index; blobs: Blobs },
  own: OwnImages | undefined,
): { index: Index; blobs: Blobs } {
  if (!own || own.images.length === 0) return { index, blobs };
  const names = new Set(own.images.map(({ reference }) => reference));
  const images = [...own.images, ...index.images.filter(({ reference }) => !names.has(reference))];
  return { index: { ...index, images }, blobs: inOrder([own.blobs, blobs]) };
}

/** @throws BundleError where an own image is not there for an architecture */
export function requireArch(image: IndexImage | OwnImage, arch: Arch): void {
  if (!('archive' in image) || image.archs.includes(arch)) return;
  const { archive, reference, archs } = image;
  throw new BundleError({
    en: `${archive} has ${reference} for ${archs.join(', ')} only, and ${arch} is needed: build the image for ${arch} too, and save it again.`,
    ja: `${archive} の ${reference} は ${archs.join(', ')} 用だけで、${arch} 用も必要です。${arch} 用にもビルドして、保存し直してください。`,
  });
}

/** Blobs of the first that has each. */
function inOrder(all: readonly Blobs[]): Blobs {
  const owner = async (sha256: string): Promise<Blobs | undefined> => {
    for (const blobs of all.slice(0, -1)) if ((await blobs.size(sha256)) !== undefined) return blobs;
    return all.at(-1);
  };
  const having = async (sha256: string): Promise<Blobs> => {
    const found = await owner(sha256);
    if (!found) throw new Error(`no blobs to have ${sha256}`);
    return found;
  };
  return {
    size: async (sha256) => (await owner(sha256))?.size(sha256),
    travelling: async (sha256) => (await having(sha256)).travelling(sha256),
    open: (sha256) => Readable.from(pieces(having, sha256), { objectMode: false, highWaterMark: PIECE }),
  };
}

async function* pieces(having: (sha256: string) => Promise<Blobs>, sha256: string): AsyncGenerator<Uint8Array> {
  for await (const piece of (await having(sha256)).open(sha256)) yield piece as Uint8Array;
}

function noneUsed(images: readonly OwnImage[]): BundleError {
  const there = images.map(({ reference }) => reference).join(', ');
  const archive = images[0]?.archive ?? '';
  return new BundleError({
    en: `${archive} has ${there}, and the lab runs none of it: write one as app.image or optional.secondVersion.image, or remove the archive from images.`,
    ja: `${archive} にあるのは ${there} で、ラボはどれも使いません。そのどれかを app.image か optional.secondVersion.image に書くか、images からこのアーカイブを外してください。`,
  });
}
