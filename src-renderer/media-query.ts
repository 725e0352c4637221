import { readonly, ref, type Ref } from 'vue';

/** Whether a media query matches now. Made once a module: its listener lives as long as the window. */
export function useMediaQuery(query: string): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query);
  const matches = ref(list.matches);
  list.addEventListener('change', () => {
    matches.value = list.matches;
  });
  return readonly(matches);
}
