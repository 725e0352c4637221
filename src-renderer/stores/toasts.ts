import { defineStore } from 'pinia';
import type { Trouble } from '../engine-client.ts';
import { say } from '../language.ts';

export interface Toast {
  readonly id: number;
  readonly state: 'ok' | 'failed' | 'attention';
  readonly title: string;
  readonly detail?: string | undefined;
}

/** What is shown in the window's corner for a moment. */
export const useToasts = defineStore('toasts', {
  /** `ends`: runs whose end was told, by lab and time. */
  state: () => ({ shown: [] as Toast[], last: 0, ends: new Set<string>() }),
  actions: {
    show(toast: Omit<Toast, 'id'>) {
      this.last += 1;
      this.shown.push({ ...toast, id: this.last });
    },
    /** What failed and what to do. */
    showTrouble({ title, remedy }: Trouble) {
      this.show({ state: 'failed', title: say(title), detail: say(remedy) });
    },
    dismiss(id: number) {
      this.shown = this.shown.filter((toast) => toast.id !== id);
    },
  },
});
