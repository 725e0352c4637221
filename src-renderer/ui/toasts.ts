import { reactive } from 'vue';

export interface Toast {
  readonly id: number;
  readonly state: 'ok' | 'failed' | 'attention';
  readonly title: string;
  readonly detail?: string | undefined;
}

/** What is told at the window's corner for a moment. */
export const toasts = reactive<Toast[]>([]);

let last = 0;

export function tell(toast: Omit<Toast, 'id'>): void {
  last += 1;
  toasts.push({ ...toast, id: last });
}

export function dismiss(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id);
  if (index >= 0) toasts.splice(index, 1);
}
