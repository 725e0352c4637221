import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Algorithm } from '../bundle/sum.ts';
import { isAbsent } from '../is-absent.ts';

/** Bytes that are hashed and written at once: few, large writes cost the least. */
const PIECE = 1 << 19;
/** Longest validator (ETag) that is kept. */
const LONGEST = 1024;

/**
 * What has come of a blob: the file `HEX.part`. Beside it, in `HEX.part.from`, is the validator (ETag or Last-Modified) of the answer
 * that it came with. It knows the hash of its bytes at any time.
 */
export class Part {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #algorithm: Algorithm;
  #hash: Hash;
  #bytes = 0;
  #validator: string | undefined;

  private constructor(path: string, handle: FileHandle, algorithm: Algorithm) {
    this.#path = path;
    this.#handle = handle;
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** What is there of an earlier time is read and hashed. */
  static async open(path: string, algorithm: Algorithm, signal: AbortSignal): Promise<Part> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const part = new Part(path, handle, algorithm);
    try {
      await part.#readAgain(signal);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return part;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get validator(): string | undefined {
    return this.#validator;
  }

  /** Hex. Nothing can be added afterwards but by `restart`. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  /** Notes what the bytes to come belong to. */
  async belongsTo(validator: string | undefined): Promise<void> {
    if (validator === this.#validator) return;
    this.#validator = validator;
    if (validator === undefined) await rm(from(this.#path), { force: true });
    else await writeFile(from(this.#path), validator, { mode: 0o600 });
  }

  /** Begins anew, from nothing. */
  async restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash(this.#algorithm);
    this.#bytes = 0;
    await this.belongsTo(undefined);
  }

  /**
   * Adds what comes, as long as it comes: what came before the source broke is kept. While one piece is written the next is received.
   * @throws what the source throws, or the file system
   */
  async add(source: AsyncIterable<Uint8Array>, onBytes: (have: number) => void): Promise<void> {
    let gathering = Buffer.allocUnsafe(PIECE);
    let written = Buffer.allocUnsafe(PIECE);
    let length = 0;
    let have = this.#bytes;
    let writing: Promise<void> = Promise.resolve();
    const write = async (): Promise<void> => {
      await writing;
      [gathering, written] = [written, gathering];
      writing = this.#write(written.subarray(0, length));
      writing.catch(() => undefined); // it is awaited, but maybe not before the source's next piece
      length = 0;
    };
    try {
      for await (const piece of source) {
        for (let at = 0; at < piece.length;) {
          const some = piece.subarray(at, at + PIECE - length);
          gathering.set(some, length);
          at += some.length;
          length += some.length;
          if (length === PIECE) await write();
        }
        have += piece.length;
        onBytes(have);
      }
    } finally {
      await write();
      await writing;
      onBytes(this.#bytes);
    }
  }

  /** Makes it the file of this name, for good: also after the power fails there is all of it or nothing. */
  async become(path: string): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
    await rename(this.#path, path);
    await rm(from(this.#path), { force: true });
    const folder = await open(dirname(path), constants.O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** Closes and removes it. */
  async remove(): Promise<void> {
    await this.close();
    await Promise.all([this.#path, from(this.#path)].map((path) => rm(path, { force: true })));
  }

  /** Leaves it for another time. */
  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #readAgain(signal: AbortSignal): Promise<void> {
    const buffer = Buffer.allocUnsafe(PIECE);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#handle.read(buffer, 0, PIECE, this.#bytes);
      if (bytesRead === 0) break;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#bytes += bytesRead;
    }
    this.#validator = this.#bytes === 0 ? undefined : await kept(from(this.#path));
  }

  async #write(piece: Buffer): Promise<void> {
    const writing = this.#writeAll(piece);
    this.#hash.update(piece); // meanwhile
    await writing;
    this.#bytes += piece.length;
  }

  async #writeAll(piece: Buffer): Promise<void> {
    for (let at = 0; at < piece.length;) {
      const { bytesWritten } = await this.#handle.write(piece, at, piece.length - at, this.#bytes + at);
      at += bytesWritten;
    }
  }
}

const from = (path: string): string => `${path}.from`;

/** A validator that came with a part; undefined where there is none, or what is there cannot go into a header. */
async function kept(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return text.length <= LONGEST && /^[\x20-\x7e]+$/.test(text) ? text : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
