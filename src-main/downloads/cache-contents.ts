import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithmSchema, isSum, type Algorithm, type Sum } from '../bundle/sum.ts';
import { isAbsent } from '../is-absent.ts';
import { namesIn } from '../names-in.ts';

/** A blob, or the image of a VM. */
export interface CachedFile {
  readonly sum: Sum;
  /** Bytes, with those of its packed form. */
  readonly size: number;
  /** When it was used last, or came. */
  readonly used: Date;
}

export interface Removed {
  readonly files: number;
  readonly bytes: number;
}

interface CacheFile {
  readonly path: string;
  /** Undefined for a part, or what is neither a blob nor an image. */
  readonly sum: Sum | undefined;
  readonly size: number;
  readonly used: Date;
}

/** Milliseconds after which what is neither a blob nor a part was left behind by a process that ended. */
const LEFT_BEHIND = 3_600_000;

/** By the time of last use, the newest first. */
export async function listCache(folder: string): Promise<CachedFile[]> {
  const files = new Map<string, CachedFile>();
  for (const { sum, size, used } of await filesOf(folder)) {
    if (!sum) continue;
    const other = files.get(sum.hex);
    const latest = other && other.used > used ? other.used : used;
    files.set(sum.hex, { sum, size: size + (other?.size ?? 0), used: latest });
  }
  return [...files.values()].sort((one, other) => other.used.getTime() - one.used.getTime());
}

/** Bytes of all that is there, with the parts of broken downloads. */
export async function sizeOfCache(folder: string): Promise<number> {
  return (await filesOf(folder)).reduce((sum, { size }) => sum + size, 0);
}

/** Removes what is not to be kept by the hex of its sum, and what broken downloads have left. The caller holds the cache's lock. */
export async function pruneCache(folder: string, keep: ReadonlySet<string>): Promise<Removed> {
  let files = 0;
  let bytes = 0;
  for (const { path, sum, size, used } of await filesOf(folder)) {
    if (sum ? keep.has(sum.hex) : isRecent(path, used)) continue;
    await rm(path, { force: true });
    files += 1;
    bytes += size;
  }
  return { files, bytes };
}

/** Of another process that is packing a blob, which needs no lock. */
function isRecent(path: string, used: Date): boolean {
  return !/\.part(?:\.from)?$/.test(path) && Date.now() - used.getTime() < LEFT_BEHIND;
}

/** Where the images of VMs are, in the cache's folder. */
export const imageFolder = (algorithm: Algorithm): string => `images/${algorithm}`;

const FOLDERS: readonly { readonly below: string; readonly algorithm: Algorithm }[] = [
  { below: 'blobs/sha256', algorithm: 'sha256' },
  { below: 'packed/sha256', algorithm: 'sha256' },
  ...algorithmSchema.options.map((algorithm) => ({ below: imageFolder(algorithm), algorithm })),
];

async function filesOf(folder: string): Promise<CacheFile[]> {
  const found = await Promise.all(
    FOLDERS.map(async ({ below, algorithm }) => {
      const names = await namesIn(join(folder, below));
      return Promise.all(names.map((name) => look(join(folder, below, name), name.replace(/\.gz$/, ''), algorithm)));
    }),
  );
  return found.flat().filter((file) => file !== undefined);
}

/** Undefined where it is gone by now, or no file. */
async function look(path: string, hex: string, algorithm: Algorithm): Promise<CacheFile | undefined> {
  try {
    const { size, mtime, isFile } = await stat(path).then((stats) => ({
      size: stats.size,
      mtime: stats.mtime,
      isFile: stats.isFile(),
    }));
    if (!isFile) return undefined;
    return { path, sum: isSum(hex, algorithm) ? { algorithm, hex } : undefined, size, used: mtime };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
