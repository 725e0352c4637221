/** How a link that opens the page in a browser ends. */
const LINK = '#link=';
const KEPT = 'hoplab-key';

/** What the page shows to the engine: its key, and the link that it was opened by if it has not been used yet. */
interface Shown {
  readonly key: string;
  readonly link?: string;
}

/**
 * The key of a browser page, by which the engine knows it. It is kept where no other port of this host can read it, and made anew
 * with every link: what a page kept from an engine that has ended may have been shown to whoever listens there now.
 */
let opened: Shown | undefined = takeLink();

/** A link that is pasted over the page that is open only changes the end of its address. */
window.addEventListener('hashchange', (event) => {
  if (!location.hash.startsWith(LINK)) return;
  event.stopImmediatePropagation();
  location.reload();
});

/** Tries what the page can show, the newest first, and keeps the key that opened the engine. @throws the last error */
export async function withKey<Value>(open: (offers: readonly string[]) => Promise<Value>): Promise<Value> {
  if (opened) {
    const { key, link = '' } = opened;
    opened = undefined; // a link is good once
    try {
      const value = await open([`key.${key}`, `link.${link}`]);
      localStorage.setItem(KEPT, key);
      return value;
    } catch (error) {
      if (localStorage.getItem(KEPT) === null) throw error;
    }
  }
  const kept = localStorage.getItem(KEPT);
  return open(kept === null ? [] : [`key.${kept}`]);
}

/** Takes the link out of the address, where people and histories would see it. */
function takeLink(): Shown | undefined {
  if (!location.hash.startsWith(LINK)) return undefined;
  const link = location.hash.slice(LINK.length);
  history.replaceState(history.state, '', location.pathname);
  return { key: newKey(), link };
}

/** 32 random bytes in the characters that a WebSocket's protocol may have. */
function newKey(): string {
  const bytes = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
