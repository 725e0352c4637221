import { useEventListener } from '@vueuse/core';
import type { Player } from './player.ts';

/** Space plays and pauses, the arrow keys step, Home and End go to the first and last hop; fields keep their keys. */
export function usePlayerKeys({ at, go, toggle }: Player): void {
  const acts: Readonly<Record<string, () => void>> = {
    ArrowRight: () => go(at.value + 1),
    ArrowLeft: () => go(at.value - 1),
    Home: () => go(0),
    End: () => go(Infinity),
    ' ': toggle,
  };
  useEventListener('keydown', (event) => {
    const act = acts[event.key];
    if (!act || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (isTaken(event.key, event.target)) return;
    event.preventDefault();
    act();
  });
}

/** Whether what has the focus does something of its own with the key. */
function isTaken(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, [role=combobox], [role=radio], [role=listbox], [role=dialog]'))
    return true;
  return key === ' ' && target.matches('button:not([aria-current=step]), a, summary');
}
