import { shown } from '../contract/shown.ts';

/** Tells whoever started the window from a terminal, which gets nothing that it would obey. No secret is ever told here. */
export function complain(text: string): void {
  console.error(`Hoplab: ${shown(text)}`);
}
