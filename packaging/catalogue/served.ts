import { createHash } from 'node:crypto';
import { archSchema, type Arch } from '../../src-main/bundle/bundle-index.ts';
import { forPlatform, partsOf } from '../../src-main/bundle/image-document.ts';
import { nameOf } from '../../src-main/bundle/image-reference.ts';
import type { CatalogueImage } from '../../src-main/bundle/catalogue.ts';
import type { PublishedFile } from '../../src-main/bundle/published-files.ts';
import { publishedSum } from '../../src-main/downloads/published-sum.ts';
import type { ImageManifestAnswer } from '../../src-main/downloads/registry.ts';
import type { WebClient } from '../../src-main/downloads/web-client.ts';

/** How publishers are asked. */
export interface Network extends Pick<WebClient, 'fetch'> {
  /** The document that a reference names, by tag or digest. @throws Error with a sentence that names the address */
  manifest(reference: string): Promise<ImageManifestAnswer>;
}

/** What a publisher serves of a file. */
export interface ServedFile {
  /** Hex, of the bytes that were read; else what its publisher says. */
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
}

/**
 * Asks a publisher for a file's hash and size. `whole`: reads all its bytes, which are compared with the publisher's sum; else
 * only when there is no such sum. @throws Error
 */
export async function servedFile(network: Network, file: PublishedFile, whole: boolean): Promise<ServedFile> {
  const { signal } = new AbortController();
  const said = file.sums === undefined ? undefined : await publishedSum(network, file.sums, file.url, { signal });
  if (said !== undefined && !whole) return { sha256: said, ...(await sizeOf(network, file.url)) };
  const answer = await network.fetch(file.url);
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of answer.body) {
    hash.update(piece);
    size += piece.length;
  }
  const sha256 = hash.digest('hex');
  if (said !== undefined && said !== sha256)
    throw new Error(`${file.url} has the sha256 ${sha256}, but ${file.sums ?? ''} says ${said}`);
  return { sha256, size };
}

export async function sizeOf(network: Network, url: string): Promise<{ size?: number }> {
  const answer = await network.fetch(url, { method: 'HEAD' });
  answer.close();
  const size = Number(answer.headers.get('content-length') ?? NaN);
  return Number.isInteger(size) ? { size } : {};
}

/** What a registry serves under a reference: as the catalogue writes it down. @throws Error */
export async function servedImage(network: Network, reference: string): Promise<CatalogueImage> {
  const root = await network.manifest(reference);
  const index = partsOf(root);
  if (index?.kind !== 'index') throw new Error(`${reference} is no index of platforms`);
  const manifests: Partial<Record<Arch, string>> = {};
  const size: Partial<Record<Arch, number>> = {};
  for (const arch of archSchema.options) {
    const of = forPlatform(index.manifests, arch);
    if (!of) continue;
    const manifest = partsOf(await network.manifest(`${nameOf(reference)}@${of.digest}`));
    if (manifest?.kind !== 'manifest') throw new Error(`${reference} has no manifest for ${arch}`);
    const { config, layers } = manifest;
    manifests[arch] = of.digest;
    size[arch] = layers.reduce((sum, layer) => sum + layer.size, config.size);
  }
  return { reference, digest: root.digest, manifests, size };
}
