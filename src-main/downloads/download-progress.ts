import type { DownloadMeter } from './download-meter.ts';
import type { FetchOptions } from './downloads.ts';

/** Milliseconds between two words on progress. */
const TOLD_EVERY = 250;

/** What of a set comes now. */
export interface Coming {
  /** @param what of it, for people. @returns what is to be given the bytes of it that are there */
  begin(id: string, what: string): (have: number) => void;
  end(id: string): void;
}

/** Says how far a set is while it comes, several times a second, and when it is there. @throws what ended `bring` */
export async function withProgress(
  meter: DownloadMeter,
  onProgress: FetchOptions['onProgress'],
  bring: (coming: Coming) => Promise<unknown>,
): Promise<void> {
  const current = new Map<string, string>();
  const tell = () => onProgress({ ...meter.read(), current: [...new Set(current.values())] });
  const telling = setInterval(tell, TOLD_EVERY);
  try {
    await bring({
      begin(id, what) {
        current.set(id, what);
        let received = false;
        return (have) => {
          meter[received ? 'has' : 'found'](id, have);
          received = true;
        };
      },
      end: (id) => void current.delete(id),
    });
    current.clear();
    tell();
  } finally {
    clearInterval(telling);
  }
}
