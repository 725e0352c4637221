import { unwatchFile, watchFile } from 'node:fs';

/** Milliseconds between two looks at a lab file. */
const INTERVAL = 1000;

/**
 * Says when somebody has written a lab file, until it is ended. Its path is looked at again and again: an editor may put another
 * file in its place.
 */
export function watchLabFile(file: string, written: () => void): () => void {
  watchFile(file, { interval: INTERVAL, persistent: false }, written);
  return () => unwatchFile(file, written);
}
