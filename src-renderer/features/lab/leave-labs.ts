import { watchPostEffect } from 'vue';
import { place } from '../../place.ts';
import { forgetPaths, isFollowing } from '../paths/lab-paths.ts';
import { closeTerminals, hasShell } from '../terminals/terminals.ts';
import { closeLab, openLabs } from './open-lab.ts';

/** A lab that is not shown is left, unless a rollout, a shell or a request of it runs; a look at the settings leaves nothing. */
export function leaveLabs(): void {
  watchPostEffect(() => {
    const now = place.value;
    if (now.screen === 'settings') return;
    const shown = 'lab' in now ? now.lab : undefined;
    const left = [...openLabs.values()].filter(({ id }) => id !== shown);
    for (const { id, rollout } of left) if (rollout === null && !hasShell(id) && !isFollowing(id)) closeLab(id);
  });
}

/** Leaves a lab that is not in the list any more, with everything of it. */
export function dropLab(id: string): void {
  closeTerminals(id);
  forgetPaths(id);
  closeLab(id);
}
