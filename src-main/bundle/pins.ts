import { BundleError } from './bundle-error.ts';
import type { Blobs } from './blobs.ts';
import type { Arch, BundleIndex, IndexFile, IndexImage, Vouched } from './bundle-index.ts';
import type { CatalogueImage, Components } from './catalogue.ts';
import { INDEX_TYPES } from './image-document.ts';
import { imageParts } from './image-parts.ts';
import { publishedFiles, vouchedBy } from './published-files.ts';

/**
 * A bundle's index with the truth on who vouches: Hoplab for what it pins, the maker of the bundle for all else, for what the index
 * says of the others is the maker's word too. @param catalogue undefined: it has nothing of that version
 */
export async function comparedWithPins(
  { index, blobs }: { index: BundleIndex; blobs: Blobs },
  catalogue: Components | undefined,
): Promise<BundleIndex> {
  const pinnedFiles = catalogue ? publishedFiles(catalogue) : [];
  const pinnedImages = Object.values(catalogue ?? {}).flatMap(({ images }) => images);
  const ofFile = (file: IndexFile): Vouched =>
    pinnedFiles.some(({ name, arch, sha256 }) => name === file.name && arch === file.arch && sha256 === file.sha256)
      ? 'hoplab'
      : 'maker';
  const ofImage = async (image: IndexImage): Promise<Vouched> => {
    const pins = pinnedImages.find(({ reference }) => reference === image.reference);
    return pins && (await isAsPinned(image, pins, { archs: index.arch, blobs })) ? 'hoplab' : 'maker';
  };
  return {
    ...index,
    files: index.files.map((file) => ({ ...file, vouched: ofFile(file) })),
    images: await Promise.all(index.images.map(async (image) => ({ ...image, vouched: await ofImage(image) }))),
  };
}

async function isAsPinned(
  image: IndexImage,
  pins: CatalogueImage,
  { archs, blobs }: { archs: readonly Arch[]; blobs: Blobs },
): Promise<boolean> {
  if (pins.digest !== undefined) return pins.digest === image.digest;
  if (vouchedBy(pins, archs) !== 'hoplab') return false;
  try {
    const found = await Promise.all(archs.map((arch) => imageParts(blobs, image, arch)));
    const nth = INDEX_TYPES.includes(image.mediaType) ? 1 : 0;
    return found.every((parts = [], at) => parts[nth]?.digest === pins.manifests?.[archs[at] ?? 'amd64']);
  } catch (error) {
    if (error instanceof BundleError) return false; // without its manifest it is not what is pinned
    throw error;
  }
}
