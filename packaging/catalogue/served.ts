import { createHash } from 'node:crypto';
import { z } from 'zod';
import { archSchema, type Arch } from '../../src-main/bundle/bundle-index.ts';
import type { CatalogueImage } from '../../src-main/bundle/catalogue.ts';
import type { PublishedFile } from '../../src-main/bundle/published-files.ts';

/** How publishers are asked: Hoplab's own clients, src-main/downloads. */
export interface Network {
  /** @throws Error with a sentence that names the address */
  fetch(url: string, request?: { method?: 'GET' | 'HEAD' }): Promise<Answer>;
  /** The bytes that a reference names, by tag or digest, and their digest. */
  manifest(reference: string): Promise<{ readonly digest: string; readonly bytes: Buffer }>;
}

interface Answer {
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array>;
  close(): void;
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
  const said = file.sums === undefined ? undefined : sumIn(await text(network, file.sums), file);
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

async function sizeOf(network: Network, url: string): Promise<{ size?: number }> {
  const answer = await network.fetch(url, { method: 'HEAD' });
  answer.close();
  const size = Number(answer.headers.get('content-length') ?? NaN);
  return Number.isInteger(size) ? { size } : {};
}

async function text(network: Network, url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of (await network.fetch(url)).body) {
    pieces.push(piece);
    length += piece.length;
    if (length > 1 << 20) throw new Error(`${url} is larger than a list of sums`);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The sum of a file: alone, or in the line of its name. @throws Error where there is none */
function sumIn(list: string, { url, sums }: PublishedFile): string {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const lines = list.split('\n').map((line) => line.trim().split(/\s+/));
  const found = lines.find(([sum = '', of]) => /^[0-9a-f]{64}$/.test(sum) && (of?.replace(/^\*/, '') ?? name) === name);
  if (found?.[0] === undefined) throw new Error(`${sums ?? ''} has no SHA-256 of ${name}`);
  return found[0];
}

const descriptor = z.object({ digest: z.string(), size: z.number() });
const indexSchema = z.object({
  manifests: z.array(descriptor.extend({ platform: z.object({ os: z.string(), architecture: z.string() }) })),
});
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });

/** What a registry serves under a reference: as the catalogue writes it down. @throws Error */
export async function servedImage(network: Network, reference: string): Promise<CatalogueImage> {
  const { digest, bytes } = await network.manifest(reference);
  const index = indexSchema.safeParse(JSON.parse(bytes.toString('utf8')));
  if (!index.success) throw new Error(`${reference} is no index of platforms`);
  const repository = reference.replace(/:[^/:]+$/, '');
  const manifests: Partial<Record<Arch, string>> = {};
  const size: Partial<Record<Arch, number>> = {};
  for (const arch of archSchema.options) {
    const of = index.data.manifests.find(({ platform }) => platform.os === 'linux' && platform.architecture === arch);
    if (!of) continue;
    const manifest = await network.manifest(`${repository}@${of.digest}`);
    const { config, layers } = manifestSchema.parse(JSON.parse(manifest.bytes.toString('utf8')));
    manifests[arch] = of.digest;
    size[arch] = layers.reduce((sum, layer) => sum + layer.size, config.size);
  }
  return { reference, digest, manifests, size };
}
