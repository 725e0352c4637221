import { describe, expect, it } from 'vitest';
import { downloadedWords, progressWords } from '../../../src-main/contract/download-words.ts';

describe('of downloads is said', () => {
  it('how much there is of how much, how fast it comes and how long it still takes', () => {
    const half = { bytes: 12_000_000, total: 61_200_000, rate: 3_000_000.4, remaining: 16.2 };
    expect(progressWords(half)).toEqual({
      en: '12.0 MB of 61.2 MB · 3.0 MB/s · 17 s left',
      ja: '61.2 MB 中 12.0 MB · 3.0 MB/s · 残り 17 秒',
    });
    expect(progressWords({ ...half, remaining: 184.5 }).en).toMatch(/ · 3 min 05 s left$/);
    expect(progressWords({ ...half, rate: 12.34 }).en).toContain(' · 12 B/s');
  });

  it('no rate and no time while nothing comes', () => {
    const text = { en: '0 B of 61.2 MB', ja: '61.2 MB 中 0 B' };
    expect(progressWords({ bytes: 0, total: 61_200_000, rate: 0 })).toEqual(text);
  });

  it('what came in the end', () => {
    expect(downloadedWords(4900)).toEqual({ en: 'Downloaded 4.9 kB', ja: '4.9 kB をダウンロードした' });
  });
});
