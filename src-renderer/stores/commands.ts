import { defineStore } from 'pinia';
import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue';
import type { LucideIcon } from '@lucide/vue';
import type { Text } from '../../src-main/contract/text.ts';

/** Something the user can do now: a row of the command palette, with its shortcut when it has one. */
export interface Command {
  readonly id: string;
  readonly title: Text;
  readonly icon: LucideIcon;
  /** As typed: `mod+k`, `g l`, `shift+enter`; `mod` is Command on a Mac, Control elsewhere. */
  readonly keys?: string;
  readonly run: () => void;
}

/** Everything that can be done on the present screen. */
export const useCommands = defineStore('commands', () => {
  const sources = shallowReactive(new Set<ComputedRef<readonly Command[]>>());
  const all = computed(() => [...sources].flatMap((source) => source.value));
  return { sources, all };
});

/** Offers commands for as long as the component lives. */
export function offer(list: () => readonly Command[]): void {
  const { sources } = useCommands();
  const source = computed(list);
  sources.add(source);
  onScopeDispose(() => sources.delete(source));
}
