import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { blobPath, packedPath, type Blobs, type Travelling } from '../bundle/blobs.ts';
import { missing } from '../bundle/bundle-error.ts';
import type { Sum } from '../bundle/sum.ts';
import type { Text } from '../contract/text.ts';
import { isAbsent } from '../is-absent.ts';
import { imageFolder, listCache, pruneCache, sizeOfCache, type CachedFile, type Removed } from './cache-contents.ts';
import { lockFolder, tryLock, type Release } from './cache-lock.ts';
import { cachedBlob, used } from './cached-blob.ts';
import { busy, inWords, type Named } from './download-failures.ts';
import { downloadFile, type DownloadOptions, type Get, type WantedFile } from './download-file.ts';

export interface WantedBlob extends Named {
  /** Hex. */
  readonly sha256: string;
  /** Bytes; absent where they are not known. */
  readonly size?: number | undefined;
}

/**
 * Blobs that were downloaded, by their SHA-256, for all labs of this user: `blobs/sha256/HEX`, `packed/sha256/HEX.gz`, the indexes
 * that were found out in `indexes/`. They are verified again when they are used. Images of VMs are in `images/sha512/HEX` or
 * `images/sha256/HEX`.
 */
export class Cache implements Blobs {
  readonly folder: string;
  readonly #pause: number | undefined;
  readonly #known = new Map<string, () => Readable>();

  /** @param pause see `DownloadOptions` */
  constructor(folder: string, { pause }: { pause?: number } = {}) {
    this.folder = folder;
    this.#pause = pause;
  }

  async size(sha256: string): Promise<number | undefined> {
    return sizeOf(join(this.folder, blobPath(sha256)));
  }

  open(sha256: string): Readable {
    return this.#cached(blobPath(sha256), sha256, false)();
  }

  /** @throws BundleError where it is not there */
  async travelling(sha256: string): Promise<Travelling> {
    for (const path of [packedPath(sha256), blobPath(sha256)]) {
      const size = await sizeOf(join(this.folder, path));
      const packed = path === packedPath(sha256);
      if (size !== undefined) return { packed, size, open: this.#cached(path, sha256, packed) };
    }
    throw missing(join(this.folder, blobPath(sha256)));
  }

  /** Downloads a blob where it is not there in its size. The caller holds the lock. @throws DownloadError, or the signal's reason */
  async add(wanted: WantedBlob, get: Get, options: Omit<DownloadOptions, 'pause'>): Promise<void> {
    const path = join(this.folder, blobPath(wanted.sha256));
    const size = await sizeOf(path);
    if (size !== undefined && size === (wanted.size ?? size)) {
      await used(path);
      options.onBytes(size);
      return;
    }
    this.#forget(wanted.sha256);
    await this.#download(path, { ...wanted, sum: { algorithm: 'sha256', hex: wanted.sha256 } }, get, options);
  }

  /** Where the image of a VM is, or will be: an absolute path. */
  imagePath({ algorithm, hex }: Sum): string {
    return join(this.folder, imageFolder(algorithm), hex);
  }

  /** Downloads the image of a VM. The caller holds the lock. @throws DownloadError, or the signal's reason */
  async addImage(wanted: WantedFile, get: Get, options: Omit<DownloadOptions, 'pause'>): Promise<void> {
    await this.#download(this.imagePath(wanted.sum), wanted, get, options);
  }

  /** Keeps what is small and was read already, such as a manifest. @returns its SHA-256, hex */
  async keep(bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#forget(sha256);
    await place(join(this.folder, blobPath(sha256)), bytes);
    return sha256;
  }

  /** Packs a blob for its way to machines, once. @throws BundleError where it is not there whole */
  async pack(sha256: string): Promise<void> {
    const path = join(this.folder, packedPath(sha256));
    if ((await sizeOf(path)) !== undefined) return;
    const packing = createGzip();
    await Promise.all([pipeline(this.open(sha256), packing), place(path, packing)]);
  }

  list(): Promise<CachedFile[]> {
    return listCache(this.folder);
  }

  /** Bytes on the disk. */
  bytes(): Promise<number> {
    return sizeOfCache(this.folder);
  }

  /** Removes all but these, by the hex of their sums. @throws DownloadError while something is downloaded */
  async prune(keep: ReadonlySet<string>): Promise<Removed> {
    const release = await tryLock(this.folder);
    if (typeof release === 'number') throw busy(this.folder);
    try {
      this.#known.clear();
      return await pruneCache(this.folder, keep);
    } finally {
      await release();
    }
  }

  /** Waits until nobody else downloads into this cache. @param onWait is given a sentence that says for whom it waits */
  lock(signal: AbortSignal, onWait: (reason: Text) => void): Promise<Release> {
    return lockFolder(this.folder, signal, (pid) => onWait(waitingFor(pid)));
  }

  #download(path: string, wanted: WantedFile, get: Get, options: Omit<DownloadOptions, 'pause'>): Promise<void> {
    const pause = this.#pause;
    return downloadFile(path, wanted, get, { ...options, ...(pause !== undefined && { pause }) });
  }

  #cached(path: string, sha256: string, packed: boolean): () => Readable {
    const known = this.#known.get(path) ?? cachedBlob(join(this.folder, path), sha256, packed);
    this.#known.set(path, known);
    return known;
  }

  #forget(sha256: string): void {
    for (const path of [blobPath(sha256), packedPath(sha256)]) this.#known.delete(path);
  }
}

function waitingFor(pid: number): Text {
  if (pid === process.pid) {
    return {
      en: 'Another lab is downloading: this one goes on when that has ended.',
      ja: '別のラボがダウンロードしています。終わると、こちらが続きます。',
    };
  }
  const process_ = pid === 0 ? { en: '', ja: '' } : { en: ` (process ${pid})`, ja: ` (プロセス ${pid})` };
  return {
    en: `Another Hoplab${process_.en} is downloading: this one goes on when that has ended.`,
    ja: `別の Hoplab${process_.ja} がダウンロードしています。終わると、こちらが続きます。`,
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Writes a file so that there is all of it or nothing. */
async function place(path: string, content: Uint8Array | Readable): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${randomBytes(6).toString('hex')}`;
  const handle = await open(part, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw inWords(error, dirname(path));
  } finally {
    await handle.close();
  }
}
