import type { Language, Text } from '../src-main/contract/text.ts';
import { usePreferences } from './stores/preferences.ts';

/** The language of the window. Read inside a template or a computed, it follows the setting. */
export function language(): Language {
  return usePreferences().shownLanguage;
}

/** A text in the language of the window. */
export function say(text: Text): string {
  return text[language()];
}

/** `1.2 s`, `3 min 05 s`; whole seconds while something still runs. */
export function duration(milliseconds: number, whole = false): string {
  const seconds = milliseconds / 1000;
  const [min, s] = language() === 'ja' ? ['分', '秒'] : ['min', 's'];
  if (seconds >= 59.5) {
    const all = Math.round(seconds);
    return `${Math.floor(all / 60)} ${min} ${String(all % 60).padStart(2, '0')} ${s}`;
  }
  if (whole || seconds >= 10) return `${Math.round(seconds)} ${s}`;
  return seconds < 1 ? `${Math.round(milliseconds)} ms` : `${seconds.toFixed(1)} ${s}`;
}

/** The time of day in the language of the window: `14:03:25`. */
export function clock(time: string | number): string {
  return new Date(time).toLocaleTimeString(language(), { hour12: false });
}

/** Day and time: `2026-11-24 14:03`. */
export function day(time: string): string {
  return new Date(time).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'short' });
}
