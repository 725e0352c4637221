import { z } from 'zod';
import type { Arch } from './bundle-index.ts';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const descriptorSchema = z.object({
  mediaType: z.string(),
  digest,
  size: z.int().nonnegative(),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
});

/** A blob, as an image names it. */
export type Descriptor = z.infer<typeof descriptorSchema>;

/** https://github.com/opencontainers/image-spec, and the older forms of Docker, which have the same fields. */
const indexSchema = z.object({ schemaVersion: z.literal(2), manifests: z.array(descriptorSchema).max(1000) });
const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(1000),
});
const configSchema = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

export const INDEX_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
export const MANIFEST_TYPES: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** An image's document: of several platforms, or of one. */
export interface ImageDocument {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** `manifests` of an index; or `config` and `layers` of a manifest. */
export type Parts =
  | { readonly kind: 'index'; readonly manifests: readonly Descriptor[] }
  | { readonly kind: 'manifest'; readonly config: Descriptor; readonly layers: readonly Descriptor[] };

/** Undefined where it is neither. */
export function partsOf({ mediaType, bytes }: ImageDocument): Parts | undefined {
  const value = plain(bytes);
  if (INDEX_TYPES.includes(mediaType)) {
    const { data } = indexSchema.safeParse(value);
    return data && { kind: 'index', manifests: data.manifests };
  }
  const { data } = manifestSchema.safeParse(value);
  return MANIFEST_TYPES.includes(mediaType) && data ? { kind: 'manifest', ...pick(data) } : undefined;
}

/** The manifest of an index for Linux on an architecture; undefined where there is none. */
export function forPlatform(manifests: readonly Descriptor[], arch: Arch): Descriptor | undefined {
  return manifests.find(({ platform }) => platform && isPlatform(platform, arch));
}

/** Whether an image's configuration is one for Linux on that architecture. */
export function configIsFor(bytes: Buffer, arch: Arch): boolean {
  const { data } = configSchema.safeParse(plain(bytes));
  return data !== undefined && isPlatform(data, arch);
}

/** What the document itself says it is, else the registry. */
export function mediaTypeOf(bytes: Buffer, contentType: string | null): string {
  const { data } = z.object({ mediaType: z.string() }).safeParse(plain(bytes));
  return data?.mediaType ?? (contentType ?? '').split(';')[0]?.trim() ?? '';
}

/** All nodes have arm64 of version 8, and amd64 without extensions. */
function isPlatform({ os, architecture, variant = '' }: z.infer<typeof configSchema>, arch: Arch): boolean {
  const usual = arch === 'arm64' ? ['', 'v8'] : ['', 'v1'];
  return os === 'linux' && architecture === arch && usual.includes(variant);
}

function pick({ config, layers }: z.infer<typeof manifestSchema>): { config: Descriptor; layers: Descriptor[] } {
  return { config, layers };
}

function plain(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
