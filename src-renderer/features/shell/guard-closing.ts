import { useEventListener } from '@vueuse/core';
import { useConnection } from '../../stores/connection.ts';
import { useLabs } from '../../stores/labs.ts';

/** A browser asks before it leaves the page while a rollout runs; the desktop window asks by itself. */
export function guardClosing(): void {
  useEventListener('beforeunload', (event) => {
    if (useConnection().about?.door === 'browser' && useLabs().busy) event.preventDefault();
  });
}
