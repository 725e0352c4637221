import type { Dispatcher } from 'undici';
import { networkFailure, type Place } from './network-failures.ts';
import { webPage } from './status-failures.ts';

/** The bytes of an answer. @param whole they begin with the file's first */
export async function* received(
  body: AsyncIterable<Uint8Array>,
  { place, signal, whole }: { place: Place; signal: AbortSignal | undefined; whole: boolean },
): AsyncGenerator<Uint8Array> {
  let first = whole;
  try {
    for await (const piece of body) {
      if (first && beginsPage(piece)) throw webPage(place.url);
      first = false;
      yield piece;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw networkFailure(error, place);
  }
}

function beginsPage(piece: Uint8Array): boolean {
  const beginning = Buffer.from(piece.buffer, piece.byteOffset, Math.min(piece.length, 256)).toString('latin1');
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>])/i.test(beginning);
}

/** Frees the connection of an answer that is of no more use. */
export function leave(answer: Dispatcher.ResponseData): void {
  answer.body.dump({ limit: 1 << 16 }).catch(ignore);
}

export function header({ headers }: Dispatcher.ResponseData, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return (Array.isArray(value) ? value.join(', ') : value) ?? null;
}

export function ignore(): void {
  // the reader of the body is given the error; one that is heard by none would end the process
}
