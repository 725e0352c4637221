import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** The present in milliseconds, a second at a time, for what says how long something takes. */
export function useNow(): Readonly<Ref<number>> {
  const now = ref(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), 1000);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}
