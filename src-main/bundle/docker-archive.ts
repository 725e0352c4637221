import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { readJson, type Entries, type NamedImage } from './archive-json.ts';
import { blobPath, blobsOf, type Blobs, type Entry } from './blobs.ts';
import { damagedImage, noImageArchive } from './image-archive-error.ts';
import type { Descriptor } from './image-document.ts';

/** https://github.com/moby/docker-image-spec: `manifest.json`, with paths in the archive. */
const manifestSchema = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).max(1000),
    }),
  )
  .max(1000);

/** What of an image's configuration says which layers it has: the SHA-256 of each, unpacked. */
const configSchema = z.object({
  rootfs: z.object({ diff_ids: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)) }),
});

const OCI = 'application/vnd.oci.image';

/**
 * The images of an archive of `docker save` before version 25, which has no manifests of images: they are made here, of its
 * configurations and layers. @throws BundleError
 */
export async function dockerImages(entries: Entries, place: string): Promise<{ images: NamedImage[]; blobs: Blobs }> {
  const found = await readJson(manifestSchema, { entries, name: 'manifest.json', place });
  const blobs = new Map<string, Entry>();
  const images: NamedImage[] = [];
  for (const { Config: name, RepoTags: tags, Layers: layers } of found) {
    const { config, diffIds } = await readConfig({ entries, place, blobs }, name);
    if (diffIds.length !== layers.length) throw noImageArchive(place, `${name} has other layers than manifest.json`);
    const described: Descriptor[] = [];
    for (const [at, layer] of layers.entries()) {
      const diffId = diffIds[at] ?? '';
      described.push(await readLayer({ entries, place, blobs }, layer, diffId));
    }
    const mediaType = `${OCI}.manifest.v1+json`;
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: described }));
    images.push({ ...keep(blobs, manifest, place, mediaType), names: tags ?? [] });
  }
  return { images, blobs: blobsOf(blobs, place, damagedImage) };
}

interface Reading {
  readonly entries: Entries;
  readonly place: string;
  /** What was found, as files of an OCI image layout. */
  readonly blobs: Map<string, Entry>;
}

async function readConfig(
  { entries, place, blobs }: Reading,
  name: string,
): Promise<{ config: Descriptor; diffIds: readonly string[] }> {
  const { rootfs } = await readJson(configSchema, { entries, name, place });
  const entry = entries.get(name);
  if (!entry) throw damagedImage(`${place}: ${name}`);
  const config = keep(blobs, await buffer(await entry.open()), place, `${OCI}.config.v1+json`);
  const named = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (named !== undefined && config.digest !== `sha256:${named}`) throw damagedImage(`${place}: ${name}`);
  return { config, diffIds: rootfs.diff_ids };
}

/** A layer, packed with gzip or not. One that an earlier layer is equal to may be a link to that one, which is no file. */
async function readLayer({ entries, place, blobs }: Reading, name: string, diffId: string): Promise<Descriptor> {
  const mediaType = `${OCI}.layer.v1.tar`;
  const plain = blobPath(diffId.slice('sha256:'.length));
  const entry = entries.get(name) ?? blobs.get(plain);
  if (!entry) throw damagedImage(`${place}: ${name}`);
  if (!(await isPacked(entry))) {
    blobs.set(plain, entry);
    return { mediaType, digest: diffId, size: entry.size };
  }
  const sums = await sumsOf(entry).catch(() => {
    throw damagedImage(`${place}: ${name}`);
  });
  if (sums.unpacked !== diffId) throw damagedImage(`${place}: ${name}`);
  blobs.set(blobPath(sums.packed.slice('sha256:'.length)), entry);
  return { mediaType: `${mediaType}+gzip`, digest: sums.packed, size: entry.size };
}

async function isPacked(entry: Entry): Promise<boolean> {
  for await (const piece of await entry.open()) return (piece as Buffer)[0] === 0x1f && (piece as Buffer)[1] === 0x8b;
  return false;
}

/** `sha256:HEX` of what is packed, and of what it unpacks to. */
async function sumsOf(entry: Entry): Promise<{ packed: string; unpacked: string }> {
  const [packed, unpacked] = [createHash('sha256'), createHash('sha256')];
  const source = await entry.open();
  source.on('data', (piece: Buffer) => packed.update(piece));
  await pipeline(source, createGunzip(), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) unpacked.update(piece);
  });
  return { packed: `sha256:${packed.digest('hex')}`, unpacked: `sha256:${unpacked.digest('hex')}` };
}

function keep(blobs: Map<string, Entry>, bytes: Buffer, place: string, mediaType: string): Descriptor {
  const hex = createHash('sha256').update(bytes).digest('hex');
  const open = async () => Readable.from([bytes], { objectMode: false });
  blobs.set(blobPath(hex), { path: `${place}: ${hex}`, size: bytes.length, open });
  return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
}
