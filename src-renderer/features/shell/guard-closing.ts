import { onScopeDispose } from 'vue';
import { about } from '../../preferences.ts';
import { openLabs } from '../lab/open-lab.ts';

/** A browser asks before it leaves the page while a rollout runs; the desktop window asks by itself. */
export function guardClosing(): void {
  const guard = (event: BeforeUnloadEvent): void => {
    const runs = [...openLabs.values()].some(({ rollout }) => rollout !== null);
    if (about.value?.door === 'browser' && runs) event.preventDefault();
  };
  window.addEventListener('beforeunload', guard);
  onScopeDispose(() => window.removeEventListener('beforeunload', guard));
}
