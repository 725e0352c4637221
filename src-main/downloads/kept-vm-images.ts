import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { algorithmSchema, isSum, type Sum } from '../bundle/sum.ts';
import { allVmImages, readVmImages, type PublishedVmImage } from '../bundle/vm-image-catalogue.ts';
import { isAbsent } from '../is-absent.ts';
import { writeAtomically } from '../write-atomically.ts';
import type { Cache } from './cache.ts';
import { inWords } from './download-failures.ts';

/** Which image was taken in the place of one that its publisher no longer has: `images/debian-12-amd64.json`. */
const newestSchema = z
  .object({
    /** That is no longer there. */
    instead: z.string(),
    algorithm: algorithmSchema,
    hex: z.string(),
    /** ISO 8601: when the publisher's sum was read. */
    seen: z.iso.datetime(),
  })
  .refine(({ algorithm, hex }) => isSum(hex, algorithm));

/** The sum of the newest image that was taken for what the catalogue pins; undefined where none was. */
export async function keptNewest(cache: Cache, image: PublishedVmImage): Promise<Sum | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(cache, image), 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  const { instead, algorithm, hex } = parsed(text) ?? {};
  return instead === image.url && algorithm && hex !== undefined ? { algorithm, hex } : undefined;
}

/** @throws DownloadError where the disk is full */
export async function keepNewest(cache: Cache, image: PublishedVmImage, sum: Sum): Promise<void> {
  const text = JSON.stringify({ instead: image.url, ...sum, seen: new Date().toISOString() });
  await writeAtomically(fileOf(cache, image), `${text}\n`).catch((error: unknown) => {
    throw inWords(error, cache.folder);
  });
}

/** The images that this Hoplab knows, by the hex of their sums: what each is, `debian-12 amd64`. */
export async function namedVmImages(cache: Cache, catalogue = readVmImages()): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const image of allVmImages(catalogue)) {
    const newest = await keptNewest(cache, image);
    for (const sum of [image.sum, ...(newest ? [newest] : [])]) names.set(sum.hex, vmImageWords(image));
  }
  return names;
}

/** An image for people: `debian-12 amd64`. */
export function vmImageWords({ name, arch }: Pick<PublishedVmImage, 'name' | 'arch'>): string {
  return `${name} ${arch}`;
}

function fileOf({ folder }: Cache, { name, arch }: PublishedVmImage): string {
  return join(folder, 'images', `${name}-${arch}.json`);
}

/** Undefined for what is not ours: the publisher is asked again. */
function parsed(text: string): z.infer<typeof newestSchema> | undefined {
  try {
    return newestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
