import { describe, expect, it } from 'vitest';
import { downloadedWords, plannedWords, progressWords } from '../../../src-main/contract/download-words.ts';

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

  it('in a plan, from where how much will come, and what is there', () => {
    const one = { host: 'files.example.com', files: 1, bytes: 50_000_000 };
    const other = { host: 'images.example.com:5000', files: 12, bytes: 9000 };
    const lines = plannedWords({ hosts: [one, other], bytes: 50_009_000, cached: 4 });
    expect(lines.map(({ en }) => en)).toEqual([
      'To be downloaded when a change needs it: 50.0 MB (1 file, 50.0 MB from files.example.com; 12 files, 9.0 kB from images.example.com:5000)',
      'In the cache already: 4 B',
    ]);
    expect(lines[0]?.ja).toContain('images.example.com:5000 から 12 ファイル 9.0 kB');
    expect(plannedWords({ hosts: [one], bytes: 50_000_000, cached: 0 })).toHaveLength(1);
    expect(plannedWords({ hosts: [], bytes: 0, cached: 61_200_000 }).map(({ en }) => en)).toEqual([
      'Nothing to download: 61.2 MB in the cache',
    ]);
  });
});
