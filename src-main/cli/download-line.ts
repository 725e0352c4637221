import { progressWords } from '../contract/download-words.ts';
import type { EventOf } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';

/** How far the downloads are, in one line. */
export function downloadLine(progress: Omit<EventOf<'download-progress'>, 'event'>): Text {
  if (progress.waiting) return progress.waiting;
  const { en, ja } = progressWords(progress);
  return { en: `  ↓ Downloading: ${en}`, ja: `  ↓ ダウンロード: ${ja}` };
}
