import { watchPostEffect } from 'vue';
import { place } from '../../place.ts';
import { useLabs } from '../../stores/labs.ts';

/** A lab that is not shown is left, unless something of it runs; a look at the settings leaves nothing. */
export function leaveLabs(): void {
  watchPostEffect(() => {
    const now = place.value;
    if (now.screen !== 'settings') useLabs().leaveAllBut('lab' in now ? now.lab : undefined);
  });
}
