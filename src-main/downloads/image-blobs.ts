import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readBlob, type Blobs } from '../bundle/blobs.ts';
import type { Arch, IndexImage } from '../bundle/bundle-index.ts';
import type { Descriptor } from '../bundle/image-document.ts';
import { nameOf } from '../bundle/image-reference.ts';
import { hexOf, imageParts } from '../bundle/image-parts.ts';
import type { Cache } from './cache.ts';
import { DownloadError } from './download-error.ts';
import { wrongSum } from './download-failures.ts';
import { readAll } from './read-all.ts';
import type { Registry } from './registry.ts';
import { withRetries } from './with-retries.ts';

/** Bytes of a configuration, of which those with a long history have 30 kB. */
const LARGEST_CONFIG = 8 << 20;

export interface ImageSources {
  readonly cache: Cache;
  readonly registry: Pick<Registry, 'manifest' | 'blob'>;
  readonly signal: AbortSignal;
}

/**
 * The blobs of an image for an architecture: what its digest names, the manifest, the configuration, the layers. Of these all but the
 * layers are in the cache then; what was not there was fetched. @throws DownloadError, also where the image lacks the architecture
 */
export async function imageBlobs(image: IndexImage, arch: Arch, sources: ImageSources): Promise<readonly Descriptor[]> {
  const parts = await imageParts(fetching(nameOf(image.reference), sources), image, arch);
  if (parts) return parts;
  const url = registryUrl(image.reference, image.digest, 'manifests');
  throw new DownloadError('other-digest', url, {
    en: `The image ${image.reference} does not exist for linux/${arch}: remove the machines of that architecture from the lab file, or choose another image.`,
    ja: `イメージ ${image.reference} には linux/${arch} 用のものがありません。このアーキテクチャのマシンをラボファイルから外すか、別のイメージを選んでください。`,
  });
}

/** @param kind of what the digest names, in the distribution API */
export function registryUrl(reference: string, digest: string, kind: 'manifests' | 'blobs'): string {
  const [host = '', ...path] = nameOf(reference).split('/');
  return `https://${host}/v2/${path.join('/')}/${kind}/${digest}`;
}

/** The cache, in which what is asked for and is not there is fetched from a repository: manifests, and the configurations they name. */
function fetching(repository: string, { cache, registry, signal }: ImageSources): Blobs {
  const configs = new Set<string>();
  const content = async (sha256: string): Promise<Buffer> => {
    if ((await cache.size(sha256)) !== undefined) return readBlob(cache, sha256);
    const digest = `sha256:${sha256}`;
    const bytes = configs.has(digest)
      ? await config(repository, digest, { registry, signal })
      : (await registry.manifest(`${repository}@${digest}`, { expected: digest, signal })).bytes;
    await cache.keep(bytes);
    return bytes;
  };
  return {
    size: (sha256) => cache.size(sha256),
    travelling: (sha256) => cache.travelling(sha256),
    open: (sha256) =>
      Readable.from(
        (async function* () {
          const bytes = await content(sha256);
          const named = configOf(bytes);
          if (named !== undefined) configs.add(named);
          yield bytes;
        })(),
      ),
  };
}

/** Digest of the configuration that a manifest names. */
function configOf(bytes: Buffer): string | undefined {
  try {
    const { config: named } = JSON.parse(bytes.toString('utf8')) as { config?: { digest?: unknown } };
    return typeof named?.digest === 'string' ? named.digest : undefined;
  } catch {
    return undefined; // what reads it says so
  }
}

async function config(
  repository: string,
  digest: string,
  { registry, signal }: Omit<ImageSources, 'cache'>,
): Promise<Buffer> {
  const { bytes, host } = await withRetries(
    async () => {
      const answer = await registry.blob(repository, digest, { signal });
      // of a larger one the hash is wrong
      return { bytes: (await readAll(answer, LARGEST_CONFIG)) ?? Buffer.alloc(0), host: new URL(answer.url).host };
    },
    { signal },
  );
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === hexOf(digest)) return bytes;
  const named = { what: repository, url: registryUrl(repository, digest, 'blobs') };
  throw wrongSum(named, { algorithm: 'sha256', hex: hexOf(digest) }, found, host);
}
