import { Readable } from 'node:stream';
import { PIECE } from '../machines/upload.ts';

/** Bytes of a header, and what contents are padded to. */
export const BLOCK = 512;

/** A file of a tar whose size is known beforehand. */
export interface Packed {
  /** Up to 100 characters of ASCII. */
  readonly name: string;
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** Bytes of the tar of these files. */
export function tarSize(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + BLOCK + padded(size), 2 * BLOCK);
}

/** A plain tar (ustar), the same for the same files: without times and owners. It ends in an error when a file has another size. */
export function packTar(files: readonly Packed[]): Readable {
  return Readable.from(pieces(files), { objectMode: false, highWaterMark: PIECE });
}

async function* pieces(files: readonly Packed[]): AsyncGenerator<Uint8Array> {
  for (const { name, size, open } of files) {
    yield header(name, size);
    let given = 0;
    for await (const piece of open()) {
      given += piece.length;
      if (given > size) break;
      yield piece;
    }
    if (given !== size) throw new Error(`${name} has not ${size} bytes`);
    yield Buffer.alloc(padded(size) - size);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** A text as a file of a tar. */
export function textFile(name: string, text: string): Packed {
  const bytes = Buffer.from(text);
  return {
    name,
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/** Bytes that contents take. */
export function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Of a regular file that everybody may read. */
function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100 || size >= 8 ** 11) throw new Error(`${name} does not fit into a tar`);
  bytes.write(name, 0);
  bytes.write('0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('00000000000\0', 136);
  bytes.write('        0', 148); // the sum counts its own field as blanks; then a regular file
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
