import { useMediaQuery } from './media-query.ts';
import { computed, watchEffect } from 'vue';
import { preferences } from './preferences.ts';

const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)');

export const theme = computed(() => {
  if (preferences.theme !== 'system') return preferences.theme;
  return systemIsDark.value ? 'dark' : 'light';
});

/** Keeps the document in the chosen theme for as long as the window lives. */
export function applyTheme(): void {
  watchEffect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
}
