import type { WebAnswer } from './web-client.ts';

/** A small body; undefined when it is larger than `most` bytes. @throws DownloadError */
export async function readAll(answer: WebAnswer, most: number): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of answer.body) {
      bytes += piece.length;
      if (bytes > most) return undefined;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } finally {
    answer.close();
  }
}
