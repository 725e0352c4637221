import { z } from 'zod';
import { BundleError } from './bundle-error.ts';
import { readBlob, type Blobs } from './blobs.ts';
import type { Arch, IndexImage } from './bundle-index.ts';

const descriptorSchema = z.object({
  mediaType: z.string().max(200),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
});

/** A blob, as an image names it. */
export type Descriptor = z.infer<typeof descriptorSchema>;

/** Of the platforms of an OCI image index, or of Docker's list of manifests. */
const platformsSchema = z.object({
  manifests: z.array(
    descriptorSchema.extend({
      platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
    }),
  ),
});

const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const configSchema = z.object({ os: z.string(), architecture: z.string() });

/** Types of an index of platforms. */
export const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** Types of the manifest of one image. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

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
  if (!INDEX_TYPES.includes(mediaType)) return ofManifest(blobs, image, top, arch);
  const { manifests } = await read(blobs, top, platformsSchema, image);
  const found = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === arch);
  if (!found) return undefined;
  const { mediaType: type, digest: of, size: bytes } = found;
  const parts = await ofManifest(blobs, image, { mediaType: type, digest: of, size: bytes }, arch);
  return parts && [top, ...parts];
}

/** @returns undefined where the configuration names another architecture */
async function ofManifest(
  blobs: Blobs,
  image: IndexImage,
  manifest: Descriptor,
  arch: Arch,
): Promise<readonly Descriptor[] | undefined> {
  const { config, layers } = await read(blobs, manifest, manifestSchema, image);
  const { os, architecture } = await read(blobs, config, configSchema, image);
  if (os !== 'linux' || architecture !== arch) return undefined;
  return [manifest, config, ...layers];
}

async function read<Value>(
  blobs: Blobs,
  { digest }: Descriptor,
  schema: z.ZodType<Value>,
  { reference }: IndexImage,
): Promise<Value> {
  const text = (await readBlob(blobs, hexOf(digest))).toString('utf8');
  const parsed = schema.safeParse(json(text));
  if (parsed.success) return parsed.data;
  throw new BundleError({
    en: `${digest} of the image ${reference} is not a manifest that Hoplab understands (${parsed.error.issues[0]?.path.join('.') ?? ''}): get the image from its registry again.`,
    ja: `イメージ ${reference} の ${digest} は Hoplab が読めるマニフェストではありません (${parsed.error.issues[0]?.path.join('.') ?? ''})。レジストリから取り直してください。`,
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
