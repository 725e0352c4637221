import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { createGzip, createZstdDecompress } from 'node:zlib';
import { readBlob, type Blobs } from '../../../src-main/bundle/blobs.ts';
import type { BundleIndex, IndexImage } from '../../../src-main/bundle/bundle-index.ts';
import { hexOf } from '../../../src-main/bundle/image-parts.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

const TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/**
 * Pushes the images of the lab's bundle into a registry, as publishers have them: layers packed by gzip, below an index of platforms
 * that names another one as well, which is never asked for. Their names there are `HOST/PATH`.
 * @returns digests by reference
 */
export async function pushImages(
  { images }: BundleIndex,
  blobs: Blobs,
  registry: string,
): Promise<Map<string, string>> {
  const layers = new Map<string, Buffer>();
  const digests = new Map<string, string>();
  for (const image of images) digests.set(image.reference, await push(image, blobs, registry, layers));
  return digests;
}

async function push(image: IndexImage, blobs: Blobs, registry: string, layers: Map<string, Buffer>): Promise<string> {
  const [, name = '', tag = ''] = /^(.+):([^/:]+)$/.exec(image.reference) ?? [];
  const at = `${registry}/v2/${name}`;
  const index = await json<{ manifests: Descriptor[] }>(blobs, image.digest);
  const found = index.manifests.find(({ platform }) => platform?.architecture === 'amd64');
  if (!found) throw new Error(`${image.reference} has no manifest for amd64`);
  const manifest = await json<{ config: Descriptor; layers: Descriptor[] }>(blobs, found.digest);
  const config = await upload(at, manifest.config.mediaType, await readBlob(blobs, hexOf(manifest.config.digest)));
  const packed: Descriptor[] = [];
  for (const { digest, mediaType } of manifest.layers) {
    const isPacked = !mediaType.endsWith('+zstd');
    const layer = layers.get(digest) ?? (await (isPacked ? readBlob(blobs, hexOf(digest)) : repacked(blobs, digest)));
    layers.set(digest, layer);
    packed.push(await upload(at, TYPES.layer, layer));
  }
  const own = { schemaVersion: 2, mediaType: TYPES.manifest, config, layers: packed };
  const amd64 = await put(at, undefined, own);
  // the registry wants to have what an index names
  const other = await put(at, undefined, { ...own, annotations: { 'lab.stands-for': 'linux/s390x' } });
  const all = [
    { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
    { ...other, platform: { os: 'linux', architecture: 's390x' } },
  ];
  return (await put(at, tag, { schemaVersion: 2, mediaType: TYPES.index, manifests: all })).digest;
}

async function json<Value>(blobs: Blobs, digest: string): Promise<Value> {
  return JSON.parse((await readBlob(blobs, hexOf(digest))).toString()) as Value;
}

/** A layer packed by gzip in place of zstd. */
async function repacked(blobs: Blobs, digest: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  await pipeline(blobs.open(hexOf(digest)), createZstdDecompress(), createGzip({ level: 1 }), sink);
  return Buffer.concat(pieces);
}

async function upload(at: string, mediaType: string, bytes: Buffer): Promise<Descriptor> {
  const digest = digestOf(bytes);
  const there = await fetch(`${at}/blobs/${digest}`, { method: 'HEAD' });
  if (!there.ok) {
    const begun = await fetch(`${at}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', at);
    place.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    await good(await fetch(place, { method: 'PUT', headers, body: new Uint8Array(bytes) }));
  }
  return { mediaType, digest, size: bytes.length };
}

async function put(
  at: string,
  tag: string | undefined,
  manifest: { mediaType: string; [key: string]: unknown },
): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = digestOf(bytes);
  const headers = { 'content-type': manifest.mediaType };
  await good(await fetch(`${at}/manifests/${tag ?? digest}`, { method: 'PUT', headers, body: bytes.toString() }));
  return { mediaType: manifest.mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function good(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
}
