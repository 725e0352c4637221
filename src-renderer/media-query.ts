import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** Whether a media query matches now. Called in a module, its listener lives as long as the window. */
export function useMediaQuery(query: string): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query);
  const matches = ref(list.matches);
  const changed = (): void => {
    matches.value = list.matches;
  };
  list.addEventListener('change', changed);
  onScopeDispose(() => list.removeEventListener('change', changed), true);
  return readonly(matches);
}
