import { createHash } from 'node:crypto';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError } from '../bundle/bundle-error.ts';
import { parseIndex, writeIndex, type Arch, type BundleIndex, type IndexImage } from '../bundle/bundle-index.ts';
import { imagesOf, type Components } from '../bundle/catalogue.ts';
import { hexOf, imageParts } from '../bundle/image-parts.ts';
import { isAbsent } from '../is-absent.ts';
import { namesIn } from '../names-in.ts';
import { writeAtomically } from '../write-atomically.ts';
import type { Cache } from './cache.ts';
import { inWords } from './download-failures.ts';

/** What an index was made for. */
export interface IndexKey {
  /** Without `v`. */
  readonly kubernetes: string;
  readonly arch: readonly Arch[];
  readonly catalogue: Components;
}

/** The index that was found out before, from `indexes/` of the cache; undefined where there is none that can be used. */
export async function keptIndex(cache: string, key: IndexKey): Promise<BundleIndex | undefined> {
  return readKept(join(cache, 'indexes', fileOf(key)));
}

/** Keeps an index. Those of an earlier catalogue for the same are of no more use. @throws DownloadError where the disk is full */
export async function keepIndex(cache: string, key: IndexKey, index: BundleIndex): Promise<void> {
  const folder = join(cache, 'indexes');
  const file = fileOf(key);
  await writeAtomically(join(folder, file), writeIndex(index)).catch((error: unknown) => {
    throw inWords(error, folder);
  });
  const earlier = (await readdir(folder)).filter((name) => name !== file && name.startsWith(beginningOf(key)));
  await Promise.all(earlier.map((name) => rm(join(folder, name), { force: true })));
}

/** The blobs that a kept index names, by their SHA-256: what each is, `kubelet v1.37.1` or the reference of an image. */
export async function namedBlobs(cache: Cache): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const index of await keptIndexes(cache.folder)) {
    for (const { sha256, name, version } of index.files) names.set(sha256, `${name} ${version}`);
    for (const image of index.images) {
      for (const sha256 of await blobsOf(image, index.arch, cache)) names.set(sha256, image.reference);
    }
  }
  return names;
}

async function blobsOf(image: IndexImage, arch: readonly Arch[], cache: Cache): Promise<string[]> {
  const found = [hexOf(image.digest)];
  for (const one of arch) {
    try {
      const parts = (await imageParts(cache, image, one)) ?? [];
      found.push(...parts.map(({ digest }) => hexOf(digest)));
    } catch (error) {
      if (!(error instanceof BundleError)) throw error; // without its manifest no layer of it is of use
    }
  }
  return found;
}

async function keptIndexes(cache: string): Promise<BundleIndex[]> {
  const folder = join(cache, 'indexes');
  const names = await namesIn(folder);
  const found = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readKept(join(folder, name))),
  );
  return found.filter((index) => index !== undefined);
}

async function readKept(file: string): Promise<BundleIndex | undefined> {
  try {
    return parseIndex(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (isAbsent(error) || error instanceof BundleError) return undefined; // it is found out anew
    throw error;
  }
}

/** The same for every catalogue of the same images: two labs with apps of their own have an index each. */
function beginningOf({ kubernetes, arch, catalogue }: IndexKey): string {
  const references = Object.values(catalogue).flatMap(imagesOf).sort();
  return `v${kubernetes}-${arch.join('+')}-${shortHash(references)}-`;
}

function fileOf(key: IndexKey): string {
  return `${beginningOf(key)}${shortHash(key.catalogue)}.json`;
}

function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
