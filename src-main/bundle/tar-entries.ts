import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { PIECE } from '../machines/upload.ts';
import { BundleError, fail } from './bundle-error.ts';
import type { Entry } from './blobs.ts';
import { BLOCK, padded } from './tar-pack.ts';

/** Entries of a tar: a bundle of a thousand files and images stays far below. */
const MOST = 100_000;

/**
 * The files of a plain tar, by their names in it: its headers alone are read, from one to the next. What is no file (folders, links)
 * is passed over: a bundle has none. @throws BundleError for what is no tar (`unusable`), or ends in the middle of an entry (`cut`)
 */
export async function tarEntries(
  file: string,
  { unusable, cut } = { unusable: notTar(file), cut: cutOff },
): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  const handle = await open(file);
  try {
    const { size: whole } = await handle.stat();
    let at = 0;
    for (let count = 0; count < MOST; count += 1) {
      const header = await block(handle, at);
      if (header === undefined || header.every((byte) => byte === 0)) return entries;
      const { name, size, isFile } = readHeader(header) ?? fail(unusable);
      const start = at + BLOCK;
      at = start + padded(size);
      if (start + size > whole) throw cut(file, name);
      if (isFile) entries.set(name, entryAt(file, name, start, size));
    }
  } finally {
    await handle.close();
  }
  throw unusable;
}

function entryAt(file: string, name: string, start: number, size: number): Entry {
  return {
    path: `${file}: ${name}`,
    size,
    async open() {
      if (size === 0) return Readable.from([]);
      const handle = await open(file);
      return handle.createReadStream({ start, end: start + size - 1, highWaterMark: PIECE });
    },
  };
}

async function block(handle: FileHandle, at: number): Promise<Buffer | undefined> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(BLOCK), 0, BLOCK, at);
  return bytesRead === BLOCK ? buffer : undefined;
}

/** Of the formats ustar and GNU; a name's prefix and extended headers are not needed for the names of a bundle. */
function readHeader(header: Buffer): { name: string; size: number; isFile: boolean } | undefined {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (octal(header, 148, 8) !== sum) return undefined;
  const type = header[156] ?? 0;
  const size = octal(header, 124, 12);
  if (!Number.isSafeInteger(size)) return undefined;
  return { name: text(header, 0, 100).replace(/^\.\//, ''), size, isFile: type === 0 || type === 0x30 };
}

/** Octal digits, or big-endian binary where the first bit is set, as GNU writes what is larger than 8 GiB. */
function octal(header: Buffer, from: number, length: number): number {
  const first = header[from] ?? 0;
  if (first === 0x80) return Number(BigInt(`0x${header.toString('hex', from + 1, from + length)}`));
  return Number.parseInt(text(header, from, length).trim() || '0', 8);
}

function text(header: Buffer, from: number, length: number): string {
  const raw = header.toString('latin1', from, from + length);
  const end = raw.indexOf('\0');
  return end === -1 ? raw : raw.slice(0, end);
}

function notTar(file: string): BundleError {
  return new BundleError({
    en: `${file} is not a plain tar file: name a bundle that \`hoplab bundle create\` made, not a compressed one.`,
    ja: `${file} は tar ファイル (無圧縮) ではありません。\`hoplab bundle create\` が作ったバンドルを、圧縮せずに指定してください。`,
  });
}

function cutOff(file: string, name: string): BundleError {
  return new BundleError({
    en: `${file} ends in the middle of ${name}: copy the bundle again.`,
    ja: `${file} は ${name} の途中で終わっています。バンドルをコピーし直してください。`,
  });
}
