import type { EventOf } from '../contract/events.ts';
import { inUnits } from '../contract/in-units.ts';
import type { Text } from '../contract/text.ts';

/** How far the downloads are, in one line. */
export function downloadLine(progress: Omit<EventOf<'download-progress'>, 'event'>): Text {
  const { bytes, total, rate, remaining, waiting } = progress;
  if (waiting) return waiting;
  const speed = rate > 0 ? ` · ${inUnits(rate)}/s` : '';
  const left = remaining === undefined ? '' : ` · ${Math.ceil(remaining)} s`;
  return {
    en: `  ↓ Downloading: ${inUnits(bytes)} of ${inUnits(total)}${speed}${left && `${left} left`}`,
    ja: `  ↓ ダウンロード: ${inUnits(total)} のうち ${inUnits(bytes)}${speed}${left && `${left}残り`}`,
  };
}
