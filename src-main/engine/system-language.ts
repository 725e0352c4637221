import type { Language } from '../contract/text.ts';

/** The language of the user's system, from its locale. */
export function systemLanguage(): Language {
  const { env } = process;
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || Intl.DateTimeFormat().resolvedOptions().locale;
  return locale.startsWith('ja') ? 'ja' : 'en';
}
