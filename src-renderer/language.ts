import { computed } from 'vue';
import type { Language, Text } from '../src-main/contract/text.ts';
import { about, preferences } from './preferences.ts';

/** The language of the window: what was chosen, else the system's. */
export const language = computed<Language>(() =>
  preferences.language === 'system' ? systemLanguage() : preferences.language,
);

/** A text in the language of the window. Read inside a template or a computed, it follows the setting. */
export function say(text: Text): string {
  return text[language.value];
}

/** `1.2 s`, `3 min 05 s`; whole seconds while something still runs. */
export function duration(milliseconds: number, whole = false): string {
  const seconds = milliseconds / 1000;
  const [min, s] = language.value === 'ja' ? ['分', '秒'] : ['min', 's'];
  if (seconds >= 59.5) {
    const all = Math.round(seconds);
    return `${Math.floor(all / 60)} ${min} ${String(all % 60).padStart(2, '0')} ${s}`;
  }
  if (whole || seconds >= 10) return `${Math.round(seconds)} ${s}`;
  return seconds < 1 ? `${Math.round(milliseconds)} ms` : `${seconds.toFixed(1)} ${s}`;
}

/** The time of day in the language of the window: `14:03:25`. */
export function clock(time: string | number): string {
  return new Date(time).toLocaleTimeString(language.value, { hour12: false });
}

/** Day and time: `2026-11-24 14:03`. */
export function day(time: string): string {
  return new Date(time).toLocaleString(language.value, { dateStyle: 'medium', timeStyle: 'short' });
}

function systemLanguage(): Language {
  return about.value?.systemLanguage ?? (navigator.language.startsWith('ja') ? 'ja' : 'en');
}
