import { join } from 'node:path';
import { blobPath } from '../bundle/blobs.ts';
import type { Arch, BundleIndex } from '../bundle/bundle-index.ts';
import { nameOf } from '../bundle/image-reference.ts';
import { hexOf } from '../bundle/image-parts.ts';
import type { Text } from '../contract/text.ts';
import { makeSureOfRoom } from './disk-room.ts';
import { collectingEarly } from './early-collection.ts';
import { DownloadMeter } from './download-meter.ts';
import type { Get } from './download-file.ts';
import { imageBlobs, registryUrl } from './image-blobs.ts';
import { withProgress, type Coming } from './download-progress.ts';
import type { Sources } from './resolve-index.ts';
import { together } from './together.ts';
import type { WebClient } from './web-client.ts';

/** Blobs that come at once. */
const AT_ONCE = 4;

export interface DownloadItem {
  /** `kubelet v1.37.1`, or the reference of an image, which is several items. */
  readonly what: string;
  /** Host that is asked: a mirror's, where there is one. */
  readonly from: string;
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Whether it is in the cache. */
  readonly have: boolean;
}

export interface DownloadProgress {
  /** Of the whole set, with what was there before. */
  readonly bytes: number;
  readonly total: number;
  /** Bytes a second, over the last seconds. */
  readonly rate: number;
  /** Seconds; absent where nothing comes. */
  readonly remaining?: number;
  /** What comes now. */
  readonly current: string[];
  /** Why nothing comes yet. */
  readonly waiting?: Text;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

interface Item extends DownloadItem {
  /** The publisher's address. */
  readonly url: string;
  readonly get: Get;
}

/** All that one index names for some architectures, on its way into the cache. */
export class Downloads {
  readonly #index: BundleIndex;
  readonly #sources: Sources;
  readonly #arch: readonly Arch[];
  /** The last `fetch`, and whether it has ended. */
  #run: Promise<void> | undefined;
  #ended = false;
  /** Of the next blob that comes. */
  #next = signalled();

  constructor(index: BundleIndex, sources: Sources, arch: readonly Arch[] = index.arch) {
    this.#index = index;
    this.#sources = sources;
    this.#arch = arch;
  }

  /** Each blob once. Manifests of images that are no longer in the cache are fetched for it. @throws DownloadError */
  async items(signal: AbortSignal): Promise<DownloadItem[]> {
    const items = await this.#items(signal);
    return items.map(({ what, from, sha256, size, have }) => ({ what, from, sha256, size, have }));
  }

  /**
   * Downloads what is not there, in the order of the index. What came before it fails, or is cancelled, is kept; the next call goes on
   * with it. @throws DownloadError, or the signal's reason
   */
  fetch(options: FetchOptions): Promise<void> {
    this.#ended = false;
    const run = this.#fetch(options).finally(() => (this.#ended = true));
    this.#run = run;
    return run;
  }

  /** Waits until blobs are there that a `fetch` brings. @throws what ended that one */
  async arrived(sha256s: readonly string[]): Promise<void> {
    while (this.#run && (await this.#lacks(sha256s))) {
      if (this.#ended) return this.#run;
      await Promise.race([this.#run, this.#next.promise]);
    }
  }

  async #fetch({ signal, onProgress }: FetchOptions): Promise<void> {
    const { cache } = this.#sources;
    const items = await this.#items(signal);
    if (items.every(({ have }) => have)) {
      onProgress({ ...meterOf(items).read(), current: [] });
      return;
    }
    const wait = (waiting: Text) => onProgress({ ...meterOf(items).read(), current: [], waiting });
    const release = await cache.lock(signal, wait);
    try {
      // whoever held the lock may have brought some
      await this.#download(await this.#items(signal), { signal, onProgress });
    } finally {
      await release();
    }
  }

  async #download(items: readonly Item[], { signal, onProgress }: FetchOptions): Promise<void> {
    const { cache } = this.#sources;
    const missing = items.filter(({ have }) => !have);
    const where = missing.map(({ sha256, size, url }) => ({ path: join(cache.folder, blobPath(sha256)), size, url }));
    await makeSureOfRoom(cache.folder, where);
    const come = (coming: Coming) =>
      together(missing, { atOnce: AT_ONCE, signal }, async (item, stop) => {
        const { sha256, what, get } = item;
        await cache.add(item, get, { signal: stop, onBytes: coming.begin(sha256, what) });
        coming.end(sha256);
        this.#next.resolve();
        this.#next = signalled();
      });
    await collectingEarly(() => withProgress(meterOf(items), onProgress, come));
  }

  async #lacks(sha256s: readonly string[]): Promise<boolean> {
    const sizes = await Promise.all(sha256s.map((sha256) => this.#sources.cache.size(sha256)));
    return sizes.includes(undefined);
  }

  async #items(signal: AbortSignal): Promise<Item[]> {
    const { cache, web, registry } = this.#sources;
    const items = new Map<string, Item>();
    const add = async (item: Omit<Item, 'from' | 'have'>): Promise<void> => {
      if (items.has(item.sha256)) return;
      const have = (await cache.size(item.sha256)) === item.size;
      items.set(item.sha256, { ...item, have, from: new URL(web.address(item.url)).host });
    };
    for (const { name, version, arch, url, sha256, size } of this.#index.files) {
      if (arch !== undefined && !this.#arch.includes(arch)) continue;
      await add({ what: `${name} ${version}`, url, sha256, size, get: getFile(web, url) });
    }
    for (const image of this.#index.images) {
      const repository = nameOf(image.reference);
      for (const arch of this.#arch) {
        for (const { digest, size } of await imageBlobs(image, arch, { cache, registry, signal })) {
          const get: Get = (from, _validator, stop) => registry.blob(repository, digest, { from, signal: stop });
          const url = registryUrl(image.reference, digest, 'blobs');
          await add({ what: image.reference, url, sha256: hexOf(digest), size, get });
        }
      }
    }
    return [...items.values()];
  }
}

/** GET with Range and If-Range. RFC 9110, 13.1.5 and 14.2. */
export function getFile(web: WebClient, url: string): Get {
  return (from, validator, signal) => {
    const headers = { range: `bytes=${from}-`, ...(validator !== undefined && { 'if-range': validator }) };
    return web.fetch(url, { signal, ...(from > 0 && { headers }) });
  };
}

function meterOf(items: readonly Item[]): DownloadMeter {
  const meter = new DownloadMeter(sum(items.map(({ size }) => size)));
  for (const { sha256, size, have } of items) if (have) meter.found(sha256, size);
  return meter;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

interface Signalled {
  readonly promise: Promise<void>;
  resolve(): void;
}

function signalled(): Signalled {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
