import { createSecretKey } from 'node:crypto';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';

/*
 * What a packet of ssh2 costs, halved: it is encrypted by a cipher of its own, and written in three pieces. Measured with ssh2 1.17
 * and Node.js 24; test/bench/onto-nodes.ts shows what comes of it.
 */

/**
 * What is written to a stream in one turn leaves together: to a socket in one system call, through a jump host in as few packets as
 * hold it.
 */
export function writesTogether<Stream extends Duplex>(stream: Stream): Stream {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  stream.write = (...args: readonly unknown[]): boolean => {
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    return write(...args);
  };
  if (!(stream instanceof Socket)) {
    stream._writev = (pieces, written) => {
      stream._write(Buffer.concat(pieces.map(({ chunk }) => chunk as Uint8Array)), 'buffer' as BufferEncoding, written);
    };
  }
  return stream;
}

/** Where ssh2 keeps what it agreed upon, for AES-GCM, without its native addon. */
interface Agreed {
  readonly _protocol?: { readonly _cipher?: { _encKey?: unknown }; readonly _decipher?: { _decipherKey?: unknown } };
}

/**
 * Gives a connection keys where it has their bytes: of those Node.js would make a key for each packet, which takes longer than to
 * encrypt 32 KiB. To be called after each key exchange; what ssh2 keeps elsewhere stays as it is.
 */
export function keepKeys(client: Client): void {
  const { _cipher: cipher, _decipher: decipher } = (client as unknown as Agreed)._protocol ?? {};
  if (cipher?._encKey instanceof Uint8Array) cipher._encKey = createSecretKey(cipher._encKey);
  if (decipher?._decipherKey instanceof Uint8Array) decipher._decipherKey = createSecretKey(decipher._decipherKey);
}
