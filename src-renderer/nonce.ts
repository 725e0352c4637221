/**
 * The policy of the page allows only styles that carry this load's nonce. Libraries create `<style>` elements (xterm,
 * Reka UI's scroll lock): each gets the nonce as it is made.
 */
export function applyNonce(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="hoplab-nonce"]')?.content;
  if (!nonce) return;
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}
