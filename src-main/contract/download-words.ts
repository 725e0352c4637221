import type { EventOf } from './events.ts';
import { inUnits } from './in-units.ts';
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

/** Seconds as a person reads them: `17 s`, `3 min 05 s`. */
function timeWords(seconds: number): Text {
  const all = Math.ceil(seconds);
  if (all < 60) return { en: `${all} s`, ja: `${all} 秒` };
  const [minutes, rest] = [Math.floor(all / 60), String(all % 60).padStart(2, '0')];
  return { en: `${minutes} min ${rest} s`, ja: `${minutes} 分 ${rest} 秒` };
}
