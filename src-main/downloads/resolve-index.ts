import type { Arch, BundleIndex, IndexFile, IndexImage } from '../bundle/bundle-index.ts';
import { components, type CatalogueImage, type Components } from '../bundle/catalogue.ts';
import { INDEX_TYPES } from '../bundle/image-document.ts';
import { nameOf } from '../bundle/image-reference.ts';
import { publishedFiles, vouchedBy, type PublishedFile } from '../bundle/published-files.ts';
import type { Cache } from './cache.ts';
import { DownloadError } from './download-error.ts';
import { imageBlobs, registryUrl, type ImageSources } from './image-blobs.ts';
import { keptIndex, keepIndex } from './kept-indexes.ts';
import { publishedSum } from './published-sum.ts';
import type { Registry } from './registry.ts';
import { together } from './together.ts';
import type { WebClient } from './web-client.ts';
import { withRetries } from './with-retries.ts';

/** Addresses that are asked at once. */
const AT_ONCE = 6;

export interface Sources {
  readonly cache: Cache;
  readonly web: WebClient;
  readonly registry: Pick<Registry, 'manifest' | 'blob'>;
}

export interface Wanted {
  /** Version of Kubernetes, without `v`. */
  readonly kubernetes: string;
  readonly arch: readonly Arch[];
  /** Default: what this Hoplab's catalogue has for that version. */
  readonly catalogue?: Components;
  /** Version of Hoplab, which the index names. */
  readonly hoplab: string;
}

type Asking = Sources & { readonly signal: AbortSignal };

/**
 * What an installation consists of, with the hash and size of everything: as it was found out before, which needs no network, or from
 * the catalogue, publishers and registries. Sums that the catalogue does not have are read beside the file. The manifests of images
 * are in the cache then. @throws DownloadError, or the signal's reason
 */
export async function resolveIndex(wanted: Wanted, sources: Sources, signal: AbortSignal): Promise<BundleIndex> {
  const { kubernetes, hoplab, catalogue = components(kubernetes) } = wanted;
  const arch = [...new Set(wanted.arch)].sort();
  const key = { kubernetes, arch, catalogue };
  const kept = await keptIndex(sources.cache.folder, key);
  if (kept) return kept;
  const files: IndexFile[] = [];
  const images: IndexImage[] = [];
  const tasks = [
    ...publishedFiles(catalogue, arch).map((file, at) => async (asking: Asking) => {
      files[at] = await withRetries(() => resolveFile(file, asking), asking);
    }),
    ...imagesOf(catalogue).map((image, at) => async (asking: Asking) => {
      images[at] = await resolveImage(image, arch, asking);
    }),
  ];
  await together(tasks, { atOnce: AT_ONCE, signal }, (task, stop) => task({ ...sources, signal: stop }));
  const made = new Date().toISOString();
  const index: BundleIndex = { schema: 2, kubernetes: `v${kubernetes}`, arch, made, hoplab, files, images };
  await keepIndex(sources.cache.folder, key, index);
  return index;
}

function imagesOf(catalogue: Components): CatalogueImage[] {
  return Object.values(catalogue).flatMap(({ images }) => images);
}

async function resolveFile(file: PublishedFile, { web, signal }: Asking): Promise<IndexFile> {
  const { component, name, kind, arch, version, url } = file;
  const read = file.sha256 === undefined ? await beside(file, web, signal) : undefined;
  return {
    ...{ component, name, kind, version, url },
    ...(arch && { arch }),
    sha256: file.sha256 ?? read?.sum ?? '',
    size: file.size ?? (await sizeAt(web, url, signal)),
    ...(read ? { vouched: 'publisher', seen: read.seen } : { vouched: 'hoplab' }),
  };
}

async function beside(
  file: PublishedFile,
  web: WebClient,
  signal: AbortSignal,
): Promise<{ sum: string; seen: string }> {
  const { url, sums } = file;
  if (sums === undefined) throw new Error(`the catalogue has neither a sum of ${url} nor where its publisher has one`);
  return { sum: await publishedSum(web, sums, url, { signal }), seen: new Date().toISOString() };
}

/** Bytes, as the server says. @throws DownloadError where it does not */
export async function sizeAt(web: WebClient, url: string, signal: AbortSignal): Promise<number> {
  for (const method of ['HEAD', 'GET'] as const) {
    const answer = await web.fetch(url, { method, signal });
    answer.close();
    const { headers } = answer;
    const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
    if (length !== null && /^\d{1,15}$/.test(length)) return Number(length);
  }
  throw new DownloadError('status', url, {
    en: `${url} does not say how many bytes it has: check \`mirrors\` and \`proxy\` in the lab file.`,
    ja: `${url} が大きさを示しません。ラボファイルの \`mirrors\` と \`proxy\` を確かめてください。`,
  });
}

/**
 * An image as its registry has it; its manifests and configurations are in the cache then.
 * @throws DownloadError, also where its registry has another digest than the catalogue
 */
export async function resolveImage(
  image: CatalogueImage,
  arch: readonly Arch[],
  sources: ImageSources,
): Promise<IndexImage> {
  const { cache, registry, signal } = sources;
  const { reference, digest: pinned } = image;
  const asked = pinned === undefined ? reference : `${nameOf(reference)}@${pinned}`;
  const options = { signal, ...(pinned !== undefined && { expected: pinned }) };
  const { digest, mediaType, bytes } = await registry.manifest(asked, options);
  await cache.keep(bytes);
  const vouched = vouchedBy(image, arch);
  const found: IndexImage = { reference, digest, mediaType, size: bytes.length, vouched };
  await Promise.all(arch.map((one) => verifyManifest(image, found, one, sources)));
  return vouched === 'hoplab' ? found : { ...found, seen: new Date().toISOString() };
}

/** Brings the manifest of an architecture. @throws DownloadError where the catalogue has another digest */
async function verifyManifest(
  image: CatalogueImage,
  found: IndexImage,
  arch: Arch,
  sources: ImageSources,
): Promise<void> {
  const parts = await imageBlobs(found, arch, sources);
  const manifest = parts[INDEX_TYPES.includes(found.mediaType) ? 1 : 0]?.digest;
  const pinned = image.manifests?.[arch];
  if (pinned === undefined || pinned === manifest) return;
  const url = registryUrl(found.reference, found.digest, 'manifests');
  const { host } = new URL(url);
  throw new DownloadError('other-digest', url, {
    en: `${host} has another ${found.reference} for ${arch} than Hoplab's catalogue (${manifest}, not ${pinned}): check \`mirrors\` in the lab file; if there is none, ask its publisher.`,
    ja: `${host} の ${found.reference} (${arch}) は Hoplab のカタログのものと異なります (${manifest}、カタログ: ${pinned})。ラボファイルの \`mirrors\` を確かめ、なければ公開元に問い合わせてください。`,
  });
}
