import { z } from 'zod';
import { BundleError } from './bundle-error.ts';

/** Bytes; a thousand files and images stay below. */
export const LARGEST_INDEX = 4 << 20;

export const archSchema = z.enum(['amd64', 'arm64']);
export type Arch = z.infer<typeof archSchema>;

/** Of this computer. */
export const OWN_ARCH: Arch = process.arch === 'arm64' ? 'arm64' : 'amd64';

const size = z
  .int()
  .nonnegative()
  .max(2 ** 36);

/** `REGISTRY/PATH/NAME:TAG`, with a digest or not, as containerd names images. */
const reference = z
  .string()
  .max(512)
  .regex(
    /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    'is no reference of an image',
  );

/**
 * Who vouches for a sum: Hoplab, whose catalogue pins it; the publisher alone, from whose site it was read; or whoever made the
 * bundle of parts of their own.
 */
const vouched = z.enum(['hoplab', 'publisher', 'maker']);
export type Vouched = z.infer<typeof vouched>;
/** ISO 8601: when the publisher's sum was read. */
const seen = z.iso.datetime().optional();

const fileSchema = z.object({
  /** Of the catalogue: `kubernetes`, `containerd`, `flannel` … */
  component: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'is no name of a component'),
  /** Without version and architecture: `kubelet`, `cni-plugins`, `kube-flannel`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'is no name of a file'),
  kind: z.enum(['binary', 'archive', 'manifest']),
  /** Absent: it is the same for all. */
  arch: archSchema.optional(),
  /** With `v`. */
  version: z.string().regex(/^v?\d[\w.+-]{0,63}$/, 'is no version'),
  /** Where it is published. */
  url: z.url({ protocol: /^https$/ }),
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no sha256'),
  size,
  vouched,
  seen,
});

/** What is in a bundle, or what was found out of all that is to be downloaded. */
const contentSchema = z.object({
  schema: z.literal(2),
  kubernetes: z.string().regex(/^v\d{1,3}\.\d{1,3}\.\d{1,3}$/, 'is no version'),
  arch: z.array(archSchema).min(1).max(2),
  /** ISO 8601. */
  made: z.iso.datetime(),
  /** Version of the Hoplab that made it. */
  hoplab: z.string().max(64),
  files: z.array(fileSchema).max(1000),
});

const manifestSchema = z.object({
  mediaType: z.string().max(200),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no digest'),
  size,
  annotations: z.object({
    'io.containerd.image.name': reference,
    'org.opencontainers.image.ref.name': reference,
    'hoplab.vouched': vouched,
    'hoplab.seen': seen,
  }),
});

/** `index.json` of a bundle: the index of an OCI image layout, and in `hoplab` what else there is. */
const indexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal('application/vnd.oci.image.index.v1+json'),
  manifests: z.array(manifestSchema).max(1000),
  hoplab: contentSchema,
});

export type IndexFile = z.infer<typeof fileSchema>;

/** An image, as its registry has it. */
export interface IndexImage {
  /** As manifests and kubeadm name it. */
  readonly reference: string;
  /** `sha256:…` of its index of platforms, or of its manifest where there is no index. */
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of what the digest names. */
  readonly size: number;
  readonly vouched: Vouched;
  readonly seen?: string | undefined;
}

export type BundleIndex = z.infer<typeof contentSchema> & { readonly images: readonly IndexImage[] };

/** @param place the bundle, for messages. @throws BundleError that names the place in the index */
export function parseIndex(text: string, place: string): BundleIndex {
  const parsed = indexSchema.safeParse(plain(text, place));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
    throw unusableIndex(place, `${where.replace(/^\./, '')}: ${issue?.message ?? ''}`);
  }
  const { manifests, hoplab } = parsed.data;
  const images = manifests.map(({ mediaType, digest, size: bytes, annotations }): IndexImage => ({
    reference: annotations['io.containerd.image.name'],
    digest,
    mediaType,
    size: bytes,
    vouched: annotations['hoplab.vouched'],
    ...(annotations['hoplab.seen'] !== undefined && { seen: annotations['hoplab.seen'] }),
  }));
  return { ...hoplab, images };
}

/** The text of `index.json`. Its inverse is `parseIndex`. */
export function writeIndex({ images, ...hoplab }: BundleIndex): string {
  return `${JSON.stringify({ ...imageIndex(images), hoplab }, null, 1)}\n`;
}

/** The index of an OCI image layout, as `ctr images import` reads it. */
export function imageIndex(images: readonly IndexImage[]): object {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: images.map(({ reference: name, digest, mediaType, size: bytes, vouched: by, seen: at }) => ({
      mediaType,
      digest,
      size: bytes,
      annotations: {
        'io.containerd.image.name': name,
        'org.opencontainers.image.ref.name': name,
        'hoplab.vouched': by,
        ...(at !== undefined && { 'hoplab.seen': at }),
      },
    })),
  };
}

/** What an OCI image layout has in its file `oci-layout`. */
export const OCI_LAYOUT = '{"imageLayoutVersion":"1.0.0"}';

function plain(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unusableIndex(place, 'no JSON');
  }
}

export function unusableIndex(place: string, why: string): BundleError {
  return new BundleError({
    en: `The bundle ${place} has no usable index.json (${why}): make the bundle again with \`hoplab bundle create\`.`,
    ja: `バンドル ${place} に使える index.json がありません (${why})。\`hoplab bundle create\` でバンドルを作り直してください。`,
  });
}
