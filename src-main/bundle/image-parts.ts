import { BundleError } from './bundle-error.ts';
import { readBlob, type Blobs } from './blobs.ts';
import type { Arch, IndexImage } from './bundle-index.ts';
import { configIsFor, forPlatform, partsOf, type Descriptor, type Parts } from './image-document.ts';

/** Hex of `sha256:HEX`. */
export const hexOf = (digest: string): string => digest.slice('sha256:'.length);

/**
 * The blobs of an image for one architecture: what its digest names, the manifest, the configuration, the layers. Undefined where
 * the image does not exist for it. Indexes, manifests and configurations have to be among the blobs, layers need not.
 * @throws BundleError where one of those is missing, or cannot be understood
 */
export async function imageParts(
  blobs: Blobs,
  image: IndexImage,
  arch: Arch,
): Promise<readonly Descriptor[] | undefined> {
  const { digest, mediaType, size } = image;
  const top: Descriptor = { digest, mediaType, size };
  const parts = await read(blobs, image, top);
  if (parts.kind === 'manifest') return ofManifest(blobs, arch, top, parts);
  const found = forPlatform(parts.manifests, arch);
  if (!found) return undefined;
  const manifest = await read(blobs, image, found);
  if (manifest.kind === 'index') throw notUnderstood(image, found);
  const of = await ofManifest(blobs, arch, found, manifest);
  return of && [top, ...of];
}

/** @returns undefined where the configuration names another architecture */
async function ofManifest(
  blobs: Blobs,
  arch: Arch,
  manifest: Descriptor,
  { config, layers }: Extract<Parts, { kind: 'manifest' }>,
): Promise<readonly Descriptor[] | undefined> {
  const isFor = configIsFor(await readBlob(blobs, hexOf(config.digest)), arch);
  return isFor ? [manifest, config, ...layers] : undefined;
}

async function read(blobs: Blobs, image: IndexImage, { digest, mediaType }: Descriptor): Promise<Parts> {
  const parts = partsOf({ mediaType, bytes: await readBlob(blobs, hexOf(digest)) });
  if (parts) return parts;
  throw notUnderstood(image, { digest });
}

function notUnderstood({ reference }: IndexImage, { digest }: Pick<Descriptor, 'digest'>): BundleError {
  return new BundleError({
    en: `${digest} of the image ${reference} is not a manifest that Hoplab understands: get the image from its registry again.`,
    ja: `イメージ ${reference} の ${digest} は Hoplab が読めるマニフェストではありません。レジストリから取り直してください。`,
  });
}
