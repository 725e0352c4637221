/** The nonce of this load, for parts that want it told; undefined where the page has none. */
export function pageNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="hoplab-nonce"]')?.content || undefined;
}

/**
 * The policy of the page allows only styles that carry this load's nonce. Libraries create `<style>` elements (xterm,
 * Reka UI's scroll lock): each gets the nonce as it is made. A style attribute (xterm's rows) cannot have one: it is set
 * through the style's own object, which the policy allows.
 */
export function applyNonce(): void {
  const nonce = pageNonce();
  if (!nonce) return;
  // oxlint-disable-next-line typescript/no-deprecated -- only its overload for unknown names is
  document.createElement = new Proxy(document.createElement.bind(document), {
    apply(create, self, parameters) {
      const element: unknown = Reflect.apply(create, self, parameters);
      if (element instanceof HTMLStyleElement) element.nonce = nonce;
      return element;
    },
  });
  // oxlint-disable-next-line typescript/unbound-method -- called with its own element below
  HTMLElement.prototype.setAttribute = new Proxy(HTMLElement.prototype.setAttribute, {
    apply(set, self: HTMLElement, parameters: [string, string]) {
      const [name, value] = parameters;
      if (name === 'style') self.style.cssText = value;
      else Reflect.apply(set, self, parameters);
    },
  });
}
