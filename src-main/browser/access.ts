import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The subprotocol that page and engine speak. The page offers its key, and its link, as two more. */
export const PROTOCOL = 'hoplab';

const KEY = /^key\.[\w-]{43}$/;
const LINK = /^link\.[\w-]{43}$/;

/**
 * Who may use the engine: whoever has a link that was not used before gives a key of its own with it, and is known by
 * that key from then on. Neither is a cookie: browsers send those to every port of a host, whoever listens there.
 */
export class Access {
  readonly #host: string;
  /** As digests. */
  readonly #keys: Buffer[] = [];
  #link = randomBytes(32).toString('base64url');

  constructor(port: number) {
    this.#host = `127.0.0.1:${port}`;
  }

  /** Opens the page once. */
  get link(): string {
    return `http://${this.#host}/#link=${this.#link}`;
  }

  /**
   * A page in a foreign site, or a name that was bent to this address, is refused whatever it carries. So is `localhost`: it may
   * also lead to ::1, where somebody else may listen.
   */
  isOwnHost({ headers }: IncomingMessage): boolean {
    return headers.host === this.#host;
  }

  /** Whether a request comes from the page itself. Browsers send Origin with every WebSocket. */
  isOwnOrigin({ headers }: IncomingMessage): boolean {
    return headers.origin === `http://${this.#host}`;
  }

  /** Whether a request brings a key that is known, or one together with the link: then that link is used up. */
  admits({ headers }: IncomingMessage): 'by key' | 'by link' | undefined {
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
    const key = offered.find((protocol) => KEY.test(protocol));
    if (key === undefined) return undefined;
    const link = offered.find((protocol) => LINK.test(protocol));
    if (link !== undefined && timingSafeEqual(digest(link), digest(`link.${this.#link}`))) {
      this.#link = randomBytes(32).toString('base64url');
      this.#keys.push(digest(key));
      return 'by link';
    }
    return this.#keys.some((known) => timingSafeEqual(known, digest(key))) ? 'by key' : undefined;
  }
}

/** Digests have one length, and comparing them does not tell by its time how much of a text is right. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
