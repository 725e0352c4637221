import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../is-absent.ts';
import { namesIn } from '../names-in.ts';

export interface CachedBlob {
  /** Hex. */
  readonly sha256: string;
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
  /** Undefined for a part, or what is no blob. */
  readonly sha256: string | undefined;
  readonly size: number;
  readonly used: Date;
}

/** Milliseconds after which what is neither a blob nor a part was left behind by a process that ended. */
const LEFT_BEHIND = 3_600_000;

/** By the time of last use, the newest first. */
export async function listCache(folder: string): Promise<CachedBlob[]> {
  const blobs = new Map<string, CachedBlob>();
  for (const { sha256, size, used } of await filesOf(folder)) {
    if (sha256 === undefined) continue;
    const other = blobs.get(sha256);
    const latest = other && other.used > used ? other.used : used;
    blobs.set(sha256, { sha256, size: size + (other?.size ?? 0), used: latest });
  }
  return [...blobs.values()].sort((one, other) => other.used.getTime() - one.used.getTime());
}

/** Bytes of all that is there, with the parts of broken downloads. */
export async function sizeOfCache(folder: string): Promise<number> {
  return (await filesOf(folder)).reduce((sum, { size }) => sum + size, 0);
}

/** Removes the blobs that are not to be kept, and what broken downloads have left. The caller holds the cache's lock. */
export async function pruneCache(folder: string, keep: ReadonlySet<string>): Promise<Removed> {
  let files = 0;
  let bytes = 0;
  for (const { path, sha256, size, used } of await filesOf(folder)) {
    if (sha256 === undefined ? isRecent(path, used) : keep.has(sha256)) continue;
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

async function filesOf(folder: string): Promise<CacheFile[]> {
  const found = await Promise.all(
    ['blobs/sha256', 'packed/sha256'].map(async (below) => {
      const names = await namesIn(join(folder, below));
      return Promise.all(names.map((name) => look(join(folder, below, name), name)));
    }),
  );
  return found.flat().filter((file) => file !== undefined);
}

/** Undefined where it is gone by now, or no file. */
async function look(path: string, name: string): Promise<CacheFile | undefined> {
  try {
    const { size, mtime, isFile } = await stat(path).then((stats) => ({
      size: stats.size,
      mtime: stats.mtime,
      isFile: stats.isFile(),
    }));
    if (!isFile) return undefined;
    return { path, sha256: /^([0-9a-f]{64})(?:\.gz)?$/.exec(name)?.[1], size, used: mtime };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
