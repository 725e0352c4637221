import { shown } from '../contract/shown.ts';

/** Tells whoever started the window from a terminal, which gets nothing that it would obey. No secret is ever told here. */
export function complain(text: string): void {
  // eslint-disable-next-line no-restricted-syntax -- the window has no other way to a terminal
  console.error(`Hoplab: ${shown(text)}`);
}
