import { createSecretKey } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Client } from 'ssh2';

/*
 * What a packet of ssh2 costs, halved: it is encrypted by a cipher of its own, and written in three pieces. Measured with ssh2 1.17
 * and Node.js 24; test/bench/onto-nodes.ts shows what comes of it.
 */

/** What is written to the socket in one turn leaves in one system call. */
export function writesTogether(socket: Socket): Socket {
  const write = socket.write.bind(socket) as (...args: readonly unknown[]) => boolean;
  let corked = false;
  socket.write = (...args: readonly unknown[]): boolean => {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
  return socket;
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
