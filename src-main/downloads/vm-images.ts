import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Arch } from '../bundle/bundle-index.ts';
import { algorithmName, type Sum } from '../bundle/sum.ts';
import { readVmImages, sumsBeside, vmImage, type PublishedVmImage } from '../bundle/vm-image-catalogue.ts';
import type { VmImageName } from '../contract/machines.ts';
import type { Text } from '../contract/text.ts';
import { unlessAbsent } from '../is-absent.ts';
import { used } from './cached-blob.ts';
import { makeSureOfRoom } from './disk-room.ts';
import { DownloadError } from './download-error.ts';
import { DownloadMeter } from './download-meter.ts';
import { withProgress } from './download-progress.ts';
import { getFile, type FetchOptions } from './downloads.ts';
import { keepNewest, keptNewest, vmImageWords } from './kept-vm-images.ts';
import { publishedSum } from './published-sum.ts';
import { sizeAt, type Sources } from './resolve-index.ts';
import { withRetries } from './with-retries.ts';

/** Bytes that are read at once. */
const PIECE = 1 << 20;

export interface PlannedVmImage {
  /** `debian-12 amd64`. */
  readonly what: string;
  /** That is asked: a mirror's, where there is one. */
  readonly host: string;
  /** Bytes; absent where they are not known yet. */
  readonly size?: number;
  /** Whether it is in the cache. */
  readonly have: boolean;
}

export interface VmImageFile {
  /** Absolute. Its bytes had this sum just now. */
  readonly path: string;
  readonly sum: Sum;
  /** Hoplab, which pins this sum, or the publisher alone, beside whose file it was read. */
  readonly vouchedBy: 'hoplab' | 'publisher';
  /** Why it is not what Hoplab pins, where it is not. */
  readonly note?: Text;
}

/** The cloud images that VMs boot, on their way from their publishers into the cache. */
export class VmImages {
  readonly #sources: Pick<Sources, 'cache' | 'web'>;
  readonly #catalogue: ReturnType<typeof readVmImages>;

  constructor(sources: Pick<Sources, 'cache' | 'web'>, catalogue = readVmImages()) {
    this.#sources = sources;
    this.#catalogue = catalogue;
  }

  /** What `bring` would do, as far as it can be known without a network. */
  async plan(name: VmImageName, arch: Arch): Promise<PlannedVmImage> {
    const image = vmImage(this.#catalogue, name, arch);
    const sizes = (await this.#known(image)).map(({ path }) => stat(path).then(({ size }) => size, unlessAbsent));
    const there = (await Promise.all(sizes)).find((size) => size !== undefined);
    const size = there ?? image.size;
    return {
      ...{ what: vmImageWords(image), host: this.#hostOf(image) },
      ...(size !== undefined && { size }),
      have: there !== undefined,
    };
  }

  /**
   * The image from the cache, where it is whole; else it is downloaded. Where its publisher no longer has what Hoplab pins, the newest one
   * is taken, by the sum that the publisher has beside it; from then on that one is used. What came before it fails, or is cancelled, is
   * kept; the next call goes on with it. @throws DownloadError, or the signal's reason
   */
  async bring(name: VmImageName, arch: Arch, options: FetchOptions): Promise<VmImageFile> {
    const image = vmImage(this.#catalogue, name, arch);
    const { signal, onProgress } = options;
    const there = await this.#there(image, signal);
    if (there) return there;
    const { cache } = this.#sources;
    const nothing = { bytes: 0, total: image.size ?? 0, rate: 0, current: [] };
    const release = await cache.lock(signal, (waiting) => onProgress({ ...nothing, waiting }));
    try {
      // whoever held the lock may have brought it
      return (await this.#there(image, signal)) ?? (await this.#download(image, options));
    } finally {
      await release();
    }
  }

  /** The first that is in the cache and is what its sum says. */
  async #there(image: PublishedVmImage, signal: AbortSignal): Promise<VmImageFile | undefined> {
    for (const known of await this.#known(image)) {
      if (!(await hasSum(known, signal))) continue;
      await used(known.path);
      return known;
    }
    return undefined;
  }

  async #known(image: PublishedVmImage): Promise<VmImageFile[]> {
    const newest = await keptNewest(this.#sources.cache, image);
    return [this.#pinned(image), ...(newest ? [this.#newest(image, newest)] : [])];
  }

  async #download(image: PublishedVmImage, options: FetchOptions): Promise<VmImageFile> {
    const pinned = this.#pinned(image);
    try {
      await this.#fetch(image, pinned, options);
      return pinned;
    } catch (error) {
      if (!(error instanceof DownloadError) || error.kind !== 'not-found') throw error;
    }
    const { signal } = options;
    const { algorithm } = image.sum;
    const sums = sumsBeside(image.newest, image.sum);
    const asked = () => publishedSum(this.#sources.web, sums, image.newest, { signal, algorithm });
    const newest = this.#newest(image, { algorithm, hex: await withRetries(asked, { signal }) });
    if (!(await hasSum(newest, signal))) {
      await this.#fetch({ ...image, url: image.newest, size: undefined }, newest, options);
    }
    await keepNewest(this.#sources.cache, image, newest.sum);
    return newest;
  }

  async #fetch(image: PublishedVmImage, { path, sum }: VmImageFile, options: FetchOptions): Promise<void> {
    const { cache, web } = this.#sources;
    const { signal, onProgress } = options;
    const { url } = image;
    const what = vmImageWords(image);
    const size = image.size ?? (await withRetries(() => sizeAt(web, url, signal), { signal }));
    await makeSureOfRoom(cache.folder, [{ path, size, url }]);
    await withProgress(new DownloadMeter(size), onProgress, (coming) =>
      cache.addImage({ what, url, sum, size }, getFile(web, url), { signal, onBytes: coming.begin(sum.hex, what) }),
    );
  }

  #pinned({ sum }: PublishedVmImage): VmImageFile {
    return { path: this.#sources.cache.imagePath(sum), sum, vouchedBy: 'hoplab' };
  }

  #newest(image: PublishedVmImage, sum: Sum): VmImageFile {
    const { name, publisher } = image;
    const host = this.#hostOf(image);
    const beside = algorithmName(sum.algorithm);
    const note: Text = {
      en: `${host} no longer has the ${name} image that Hoplab pins, so its newest one is used: only ${publisher} vouches for it, by the ${beside} beside it.`,
      ja: `Hoplab が固定している ${name} のイメージは ${host} にもうないため、最新のものを使います。これを保証するのは、隣に ${beside} を公開している ${publisher} だけです。`,
    };
    return { path: this.#sources.cache.imagePath(sum), sum, vouchedBy: 'publisher', note };
  }

  #hostOf({ url }: PublishedVmImage): string {
    return new URL(this.#sources.web.address(url)).host;
  }
}

/** False where there is no such file. */
async function hasSum({ path, sum }: VmImageFile, signal: AbortSignal): Promise<boolean> {
  const hash = createHash(sum.algorithm);
  try {
    await pipeline(createReadStream(path, { highWaterMark: PIECE }), hash, { signal });
  } catch (error) {
    signal.throwIfAborted();
    unlessAbsent(error);
    return false;
  }
  return hash.digest('hex') === sum.hex;
}
