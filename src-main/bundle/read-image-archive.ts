import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { BundleError } from './bundle-error.ts';
import { readJson, type Entries, type NamedImage } from './archive-json.ts';
import { blobsOf, type Blobs } from './blobs.ts';
import { archSchema, type Arch, type IndexImage } from './bundle-index.ts';
import { dockerImages } from './docker-archive.ts';
import { folderEntries } from './folder-entries.ts';
import { damagedImage, imageWithoutName, noImageArchive, noPlatform } from './image-archive-error.ts';
import { hexOf, imageParts } from './image-parts.ts';
import { wholeReference } from './image-reference.ts';
import type { OwnImage, OwnImages } from './own-images.ts';
import { tarEntries } from './tar-entries.ts';

/**
 * The images of an OCI image layout (folder or plain tar), or of an archive that `docker save` wrote, also before its version 25. Every
 * blob is there in its size; that it has its hash is seen when it is read. @throws BundleError
 */
export async function readImageArchive(place: string): Promise<OwnImages> {
  const entries = await entriesOf(place);
  const { images: found, blobs } = entries.has('index.json')
    ? { images: await layoutImages(entries, place), blobs: blobsOf(entries, place, damagedImage) }
    : await dockerImages(entries, place);
  const images: OwnImage[] = [];
  for (const { names, ...image } of found) {
    for (const reference of names.flatMap((name) => wholeName(name) ?? [])) {
      const named: IndexImage = { ...image, reference, vouched: 'maker' };
      images.push({ ...named, archive: place, archs: await archsOf(blobs, named, place) });
    }
  }
  if (images.length === 0)
    throw imageWithoutName(
      place,
      found.flatMap(({ names }) => names),
    );
  return { images, blobs };
}

async function entriesOf(place: string): Promise<Entries> {
  const stats = await stat(place).catch((error: unknown) => {
    throw noImageArchive(place, error instanceof Error && 'code' in error ? String(error.code) : String(error));
  });
  if (stats.isDirectory()) {
    return folderEntries(place).catch((error: unknown) => {
      throw error instanceof BundleError ? noImageArchive(place, 'no index.json that can be read') : error;
    });
  }
  if (!stats.isFile()) throw noImageArchive(place, 'neither a folder nor a file');
  const unusable = noImageArchive(place, 'not a plain tar file');
  return tarEntries(place, { unusable, cut: (file, name) => damagedImage(`${file}: ${name}`) });
}

const layoutSchema = z.object({
  manifests: z
    .array(
      z.object({
        mediaType: z.string().max(200),
        digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
        size: z.int().nonnegative(),
        annotations: z.record(z.string(), z.string().max(512)).optional(),
      }),
    )
    .max(1000),
});

async function layoutImages(entries: Entries, place: string): Promise<NamedImage[]> {
  const { manifests } = await readJson(layoutSchema, { entries, name: 'index.json', place });
  return manifests.map(({ annotations = {}, ...image }) => {
    const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
    return { ...image, names: name === undefined ? [] : [name] };
  });
}

/** Undefined for a tag alone, which some tools write, and for what is no name. */
function wholeName(name: string): string | undefined {
  if (!/[:/@]/.test(name)) return undefined;
  try {
    return wholeReference(name);
  } catch {
    return undefined;
  }
}

/** For which all of an image is there: some tools write the index of all platforms, and the blobs of one. @throws BundleError where there is none */
async function archsOf(blobs: Blobs, image: IndexImage, place: string): Promise<readonly Arch[]> {
  const archs: Arch[] = [];
  const failures: BundleError[] = [];
  for (const arch of archSchema.options) {
    try {
      const parts = await imageParts(blobs, image, arch);
      for (const { digest, size } of parts ?? [])
        if ((await blobs.size(hexOf(digest))) !== size) throw damagedImage(`${place}: ${digest}`);
      if (parts) archs.push(arch);
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      failures.push(error);
    }
  }
  if (archs.length === 0) throw failures[0] ?? noPlatform(place, image.reference);
  return archs;
}
