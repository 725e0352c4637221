import { z } from 'zod';
import { BundleError } from './bundle-error.ts';
import { openWithin } from './open-within.ts';

/** Bytes; a thousand files with a hundred images each stay below. */
const LARGEST = 4 << 20;

/** Below the bundle's folder, without a step up. */
const path = z
  .string()
  .max(200)
  .regex(/^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/, 'is no path below the folder');
const size = z
  .int()
  .nonnegative()
  .max(2 ** 36);

/** `REGISTRY/PATH/NAME:TAG`, with a digest or not, as containerd names images. */
const image = z
  .string()
  .max(512)
  .regex(
    /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    'is no reference of an image',
  );

const fileSchema = z.object({
  path,
  kind: z.enum(['binary', 'cni-plugin', 'manifest', 'images']),
  /** It becomes the name of a file on machines. */
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}(?:\.[a-z0-9_-]{1,63}){0,3}$/, 'is no name of a program'),
  version: z.string().regex(/^v?\d[\w.+-]{0,63}$/, 'is no version'),
  size,
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no sha256'),
  /** The same file packed with gzip, for the way to a machine. */
  packed: z.object({ path, size }).optional(),
  /** References of the images in an archive. */
  images: z.array(image).max(200).optional(),
});

/** `index.json` of a bundle: what is in it, for which processor, and the hash of each file. */
const indexSchema = z.object({
  schema: z.literal(1),
  arch: z.enum(['amd64', 'arm64']),
  kubernetes: z.string().regex(/^v\d{1,3}\.\d{1,3}\.\d{1,3}$/, 'is no version'),
  files: z.array(fileSchema).max(1000),
});

export type BundleIndex = z.infer<typeof indexSchema>;
export type IndexEntry = z.infer<typeof fileSchema>;

/** @throws BundleError that names the place */
export async function readIndex(folder: string): Promise<BundleIndex> {
  const file = await openWithin(folder, 'index.json');
  let text: string;
  try {
    if (file.size > LARGEST) throw unusable(folder, `larger than ${LARGEST >> 20} MiB`);
    text = await file.handle.readFile('utf8');
  } finally {
    await file.handle.close();
  }
  const parsed = indexSchema.safeParse(plain(text, folder));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  throw unusable(folder, `${place.replace(/^\./, '')}: ${issue?.message ?? ''}`);
}

function plain(text: string, folder: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable(folder, 'no JSON');
  }
}

function unusable(folder: string, why: string): BundleError {
  return new BundleError({
    en: `The bundle ${folder} has no usable index.json (${why}): make the bundle again.`,
    ja: `バンドル ${folder} に使える index.json がありません (${why})。バンドルを作り直してください。`,
  });
}
