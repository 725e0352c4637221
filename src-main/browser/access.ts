import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may use the page: whoever opens a link with a token that was not used before gets a cookie, and only requests with
 * that cookie, to this server's own name, are answered.
 */
export class Access {
  readonly #sessions = new Set<string>();
  readonly #hosts: ReadonlySet<string>;
  readonly #cookie: string;
  #token = secret();

  /** @param port the cookie carries it: cookies do not tell the ports of a host apart */
  constructor(port: number) {
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    this.#cookie = `hoplab-${port}`;
  }

  /** Opens the page once. */
  get token(): string {
    return this.#token;
  }

  /** A page in a foreign site, or a name that was bent to this address, is refused whatever it carries. */
  isOwnHost({ headers }: IncomingMessage): boolean {
    return this.#hosts.has(headers.host ?? '');
  }

  /** Whether a request comes from the page itself. Browsers send Origin with every WebSocket. */
  isOwnOrigin({ headers }: IncomingMessage): boolean {
    return headers.origin === `http://${headers.host ?? ''}`;
  }

  isKnown({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some((cookie) => {
      const [name, value = ''] = cookie.split('=', 2);
      return name === this.#cookie && [...this.#sessions].some((session) => same(session, value));
    });
  }

  /** Trades a token for the cookie to set; undefined when it is not the token of now. Each is good once. */
  trade(token: string): string | undefined {
    if (!same(token, this.#token)) return undefined;
    this.#token = secret();
    const session = secret();
    this.#sessions.add(session);
    return `${this.#cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares without telling by its time how much is right. */
function same(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
