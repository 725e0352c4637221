import type { Language } from '../contract/text.ts';
import type { Engine } from '../engine/engine.ts';
import { systemLanguage } from '../engine/system-language.ts';

/** The language of what the system shows for Hoplab: the window's. */
export async function spokenLanguage(engine: Engine): Promise<Language> {
  const { language } = await engine.readSettings();
  return language === 'system' ? systemLanguage() : language;
}
