import { useDebounceFn, useMediaQuery } from '@vueuse/core';
import { defineStore } from 'pinia';
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Language } from '../../src-main/contract/text.ts';
import { engine } from '../engine-client.ts';
import type { Layer } from '../layers.ts';
import { useConnection } from './connection.ts';

/** What the window itself remembers between two starts; the engine keeps it as one text. */
interface View {
  hiddenLayers: Layer[];
  /** The stage that was chosen last, by lab. */
  stages: Record<string, string>;
  /** Shares of the panes in percent. */
  panes: number[];
  /** How fast a recording plays: 1 as it was, 0 without waiting. */
  speed: number;
  /** The machines of the terminal tabs, by lab, and which is in front. */
  terminals: Record<string, { machines: string[]; front: number }>;
  /** Where the window was, as it stands in the address. */
  place: string;
}

type Preferences = Pick<Settings, 'language' | 'theme' | 'notifications'> & { view: View };

const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)');

/** What the user chose, and what the window remembers. */
export const usePreferences = defineStore('preferences', {
  state: (): Preferences => ({
    language: 'system',
    theme: 'system',
    notifications: true,
    view: { hiddenLayers: [], stages: {}, panes: [], speed: 10, terminals: {}, place: '' },
  }),
  getters: {
    /** The language of the window: what was chosen, else the system's. */
    shownLanguage: ({ language }): Language => (language === 'system' ? systemLanguage() : language),
    /** The theme of the window: what was chosen, else the system's. */
    shownTheme: ({ theme }) => (theme === 'system' ? (systemIsDark.value ? 'dark' : 'light') : theme),
  },
  actions: {
    /** Reads what was chosen before; from then on every change is kept. */
    async load() {
      const [about, settings] = await Promise.all([engine.about(), engine.settings.read()]);
      useConnection().about = about;
      const { language, theme, notifications } = settings;
      this.$patch({ language, theme, notifications });
      Object.assign(this.view, parseView(settings.view['window']));
      const keep = useDebounceFn(save, SAVE_AFTER);
      this.$subscribe((_, state) => void keep(state), { detached: true });
    },
  },
});

/** Milliseconds. */
const SAVE_AFTER = 300;

function save({ language, theme, notifications, view }: Preferences): void {
  const kept = engine.settings.change({ language, theme, notifications, view: { window: JSON.stringify(view) } });
  kept.catch((error: unknown) => console.warn('The settings could not be kept.', error));
}

function parseView(text = '{}'): Partial<View> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    console.warn('What the window remembered cannot be read; it starts afresh.', error);
    return {};
  }
}

function systemLanguage(): Language {
  return useConnection().about?.systemLanguage ?? (navigator.language.startsWith('ja') ? 'ja' : 'en');
}
