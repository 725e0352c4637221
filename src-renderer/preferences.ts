import { reactive, ref, watch } from 'vue';
import type { About, Settings } from '../src-main/contract/settings.ts';
import { engine } from './engine.ts';
import type { Layer } from './layers.ts';

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

export const preferences: Pick<Settings, 'language' | 'theme' | 'notifications'> & { view: View } = reactive({
  language: 'system',
  theme: 'system',
  notifications: true,
  view: { hiddenLayers: [], stages: {}, panes: [], speed: 10, terminals: {}, place: '' },
});

/** What the engine is and what its door can do; null until it answered. */
export const about = ref<About | null>(null);

const SAVE_AFTER = 300;

/** Reads what was chosen before; from then on every change is kept. */
export async function loadPreferences(): Promise<void> {
  const [said, settings] = await Promise.all([engine.about(), engine.settings.read()]);
  about.value = said;
  const { language, theme, notifications } = settings;
  Object.assign(preferences, { language, theme, notifications });
  Object.assign(preferences.view, parseView(settings.view['window']));
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    preferences,
    () => {
      clearTimeout(timer);
      timer = setTimeout(save, SAVE_AFTER);
    },
    { deep: true },
  );
}

function save(): void {
  const { language, theme, notifications, view } = preferences;
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
