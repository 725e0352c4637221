import { onScopeDispose } from 'vue';
import { useConnection } from '../../stores/connection.ts';
import { useLabs } from '../../stores/labs.ts';

/** A browser asks before it leaves the page while a rollout runs; the desktop window asks by itself. */
export function guardClosing(): void {
  const guard = (event: BeforeUnloadEvent): void => {
    if (useConnection().about?.door === 'browser' && useLabs().busy) event.preventDefault();
  };
  window.addEventListener('beforeunload', guard);
  onScopeDispose(() => window.removeEventListener('beforeunload', guard));
}
