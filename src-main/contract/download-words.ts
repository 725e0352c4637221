import type { EventOf } from './events.ts';
import { inUnits } from './in-units.ts';
import type { PlannedDownloads } from './lab-session.ts';
import type { Text } from './text.ts';

/** How far downloads are: `12.0 MB of 61.2 MB · 3.0 MB/s · 17 s left`. */
export function progressWords({
  bytes,
  total,
  rate,
  remaining,
}: Pick<EventOf<'download-progress'>, 'bytes' | 'total' | 'rate' | 'remaining'>): Text {
  const [have, all] = [inUnits(bytes), inUnits(total)];
  const speed = rate > 0 ? ` · ${inUnits(Math.round(rate))}/s` : '';
  const left = remaining === undefined ? undefined : timeWords(remaining);
  return {
    en: `${have} of ${all}${speed}${left ? ` · ${left.en} left` : ''}`,
    ja: `${all} 中 ${have}${speed}${left ? ` · 残り ${left.ja}` : ''}`,
  };
}

/** What was downloaded in the end. */
export function downloadedWords(bytes: number): Text {
  const amount = inUnits(bytes);
  return { en: `Downloaded ${amount}`, ja: `${amount} をダウンロードした` };
}

/** What would be downloaded and from where, and what is in the cache: one or two lines. */
export function plannedWords({ hosts, bytes, cached }: PlannedDownloads): Text[] {
  const inCache = inUnits(cached);
  if (hosts.length === 0) {
    return [
      { en: `Nothing to download: ${inCache} in the cache`, ja: `ダウンロード不要: ${inCache} がキャッシュにある` },
    ];
  }
  const en = hosts.map(({ host, files, bytes: some }) => `${counted(files)}, ${inUnits(some)} from ${host}`).join('; ');
  const ja = hosts.map(({ host, files, bytes: some }) => `${host} から ${files} ファイル ${inUnits(some)}`).join('、');
  return [
    {
      en: `To be downloaded when a change needs it: ${inUnits(bytes)} (${en})`,
      ja: `変更に必要になったらダウンロードするもの: ${inUnits(bytes)} (${ja})`,
    },
    ...(cached > 0 ? [{ en: `In the cache already: ${inCache}`, ja: `キャッシュにあるもの: ${inCache}` }] : []),
  ];
}

const counted = (files: number): string => (files === 1 ? '1 file' : `${files} files`);

/** Seconds as a person reads them: `17 s`, `3 min 05 s`. */
function timeWords(seconds: number): Text {
  const all = Math.ceil(seconds);
  if (all < 60) return { en: `${all} s`, ja: `${all} 秒` };
  const [minutes, rest] = [Math.floor(all / 60), String(all % 60).padStart(2, '0')];
  return { en: `${minutes} min ${rest} s`, ja: `${minutes} 分 ${rest} 秒` };
}
