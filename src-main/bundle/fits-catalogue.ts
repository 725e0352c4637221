import { imagesOf, type Components } from './catalogue.ts';
import type { BundleIndex, IndexFile } from './bundle-index.ts';
import { nameOf } from './image-reference.ts';

/** What a bundle has, and what the catalogue names in its place. */
export interface Misfit {
  /** A file's name, or an image. */
  readonly what: string;
  readonly found: string;
  readonly wanted: string;
}

/**
 * The first file or image of a bundle that the catalogue names otherwise. Each has the version of its component. A hash is compared
 * for manifests, which a bundle takes over as their projects published them. Programs and images may be built by whoever makes the
 * bundle, and have hashes of their own; the index vouches for these.
 */
export function misfit(
  { files, images }: Pick<BundleIndex, 'files' | 'images'>,
  catalogue: Components,
): Misfit | undefined {
  for (const file of files) {
    const found = ofFile(file, catalogue);
    if (found) return { what: file.name, ...found };
  }
  return ofImages(
    images.map(({ reference }) => reference),
    catalogue,
  );
}

function ofFile(
  { component, name, kind, version, sha256 }: IndexFile,
  catalogue: Components,
): Omit<Misfit, 'what'> | undefined {
  const owner = Object.entries(catalogue).find(([id]) => id === component)?.[1];
  if (!owner) return undefined;
  if (version !== `v${owner.version}`) return { found: version, wanted: `v${owner.version}` };
  const pinned = kind === 'manifest' ? owner.files.find((file) => file.name === name)?.sha256 : undefined;
  if (typeof pinned !== 'string' || pinned === sha256) return undefined;
  return { found: `sha256 ${sha256}`, wanted: `sha256 ${pinned}` };
}

/** An image of a component with another tag; images that the catalogue does not name are the user's own. */
function ofImages(references: readonly string[], catalogue: Components): Misfit | undefined {
  const named = Object.values(catalogue).flatMap(imagesOf);
  const byName = new Map(named.map((image) => [nameOf(image), image]));
  for (const found of references) {
    const wanted = byName.get(nameOf(found));
    if (wanted !== undefined && wanted !== found) return { what: nameOf(found), found, wanted };
  }
  return undefined;
}
