import { computed, ref } from 'vue';
import { usePreferences } from './stores/preferences.ts';

export const labScreens = ['stages', 'log', 'terminals', 'paths'] as const;
export type LabScreen = (typeof labScreens)[number];

/** Where the window is. It stands in the address, so that the browser's back button works. */
export type Place =
  { readonly screen: 'labs' } | { readonly screen: 'settings' } | { readonly screen: LabScreen; readonly lab: string };

const hash = ref(location.hash);
window.addEventListener('hashchange', () => {
  hash.value = location.hash;
  usePreferences().view.place = location.hash;
});

/** Where the window was the last time, unless the address says otherwise. Call it once the preferences are read. */
export function goBackThere(): void {
  if (!hash.value) hash.value = usePreferences().view.place;
}

export const place = computed<Place>(() => parse(hash.value));

export function go(to: Place): void {
  location.hash = 'lab' in to ? `#/lab/${encodeURIComponent(to.lab)}/${to.screen}` : `#/${to.screen}`;
}

function parse(text: string): Place {
  const [, first, lab, screen] = text.split('/');
  if (first === 'settings') return { screen: 'settings' };
  if (first === 'lab' && lab) {
    return { lab: decodeURIComponent(lab), screen: labScreens.find((one) => one === screen) ?? 'stages' };
  }
  return { screen: 'labs' };
}
