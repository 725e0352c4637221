import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';

/*
 * A file of JSON that is read in parts: the number of bytes of its head (32 bits, little-endian), the head, and parts of a
 * long list, each packed by brotli for itself. The head says how many bytes and elements each part has.
 */

/** About so many bytes of JSON are in one part: more pack better, fewer are read sooner. */
const PART = 4_000_000;

interface PackedHead {
  readonly head: unknown;
  readonly parts: readonly { readonly bytes: number; readonly elements: number }[];
}

/** A list whose elements are unpacked when they are asked for. */
export interface PackedList {
  /** @throws Error where its part is not what was packed */
  at(place: number): Promise<unknown>;
}

export async function pack(head: unknown, list: readonly unknown[]): Promise<Buffer> {
  const parts = await Promise.all(
    partsOf(list).map(async (part) => ({ elements: part.length, packed: await squeeze(`[${part.join(',')}]`) })),
  );
  const sizes = parts.map(({ elements, packed }) => ({ bytes: packed.length, elements }));
  const first = await squeeze(JSON.stringify({ head, parts: sizes } satisfies PackedHead));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(first.length);
  return Buffer.concat([length, first, ...parts.map(({ packed }) => packed)]);
}

/** @throws Error when the bytes are not what `pack` makes */
export async function unpack(file: Buffer): Promise<{ readonly head: unknown; readonly parts: PackedList }> {
  const start = 4 + file.readUInt32LE(0);
  const { head, parts } = (await unsqueeze(file.subarray(4, start))) as PackedHead;
  const end = parts.reduce((sum, { bytes }) => sum + bytes, start);
  if (end !== file.length) throw new Error(`${end} bytes were packed, and here are ${file.length}`);
  return { head, parts: new Parts(file.subarray(start), parts) };
}

class Parts implements PackedList {
  readonly #bytes: Buffer;
  readonly #parts: PackedHead['parts'];
  /** The part that was read last: who asks for one element mostly asks for those beside it. */
  #read: { readonly part: number; readonly elements: Promise<readonly unknown[]> } | undefined;

  constructor(bytes: Buffer, parts: PackedHead['parts']) {
    this.#bytes = bytes;
    this.#parts = parts;
  }

  async at(place: number): Promise<unknown> {
    let first = 0;
    let start = 0;
    for (const [part, { bytes, elements }] of this.#parts.entries()) {
      if (place < first + elements) return (await this.#elements(part, start, bytes))[place - first];
      first += elements;
      start += bytes;
    }
    return undefined;
  }

  #elements(part: number, start: number, bytes: number): Promise<readonly unknown[]> {
    if (this.#read?.part !== part) {
      const elements = unsqueeze(this.#bytes.subarray(start, start + bytes)) as Promise<readonly unknown[]>;
      this.#read = { part, elements };
    }
    return this.#read.elements;
  }
}

/** The elements as JSON, in parts. */
function partsOf(list: readonly unknown[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let size = Infinity;
  for (const element of list) {
    const text = JSON.stringify(element);
    if (size + text.length > PART) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(text);
    size += text.length;
  }
  return parts;
}

async function squeeze(json: string): Promise<Buffer> {
  const bytes = Buffer.from(json);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return promisify(brotliCompress)(bytes, { params });
}

async function unsqueeze(packed: Buffer): Promise<unknown> {
  return JSON.parse((await promisify(brotliDecompress)(packed)).toString('utf8'));
}
