import { addressOf } from '../address-of.ts';
import { z } from 'zod';
import { parseChallenge, type Challenge } from './challenge.ts';
import type { Credentials, FoundLogin, Login } from './docker-credentials.ts';
import { DownloadError } from './download-error.ts';
import { readAll } from './read-all.ts';
import { loginRefused, loginWanted, oddChallenge } from './registry-failures.ts';
import type { WebAnswer, WebClient, WebRequest } from './web-client.ts';

/** A value of the header Authorization. */
interface Ticket {
  readonly header: string;
  /** Milliseconds, as Date.now(). */
  readonly until: number;
}

/** What is asked for, and of whom. */
interface Asked {
  readonly url: string;
  /** Where it is asked: itself, or its place at a mirror. */
  readonly address: URL;
  /** `REGISTRY/PATH`, for people. */
  readonly what: string;
  readonly request: WebRequest;
}

const tokenSchema = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  /** Seconds. */
  expires_in: z.number().nonnegative().optional(),
});

/** Seconds that a token lasts which does not say so. */
const USUAL = 60;
/** A token is not used in its last seconds. */
const EARLY = 5;
const MOST = 1 << 20;

/**
 * Asks registries, and answers their challenge: a token of their token server, kept as long as it is valid, or the user's login itself.
 * Logins are those of the host that is asked: a mirror is never given those of the original.
 */
export class RegistryLogin {
  readonly #web: WebClient;
  readonly #credentials: Credentials;
  /** By host and repository. */
  readonly #tickets = new Map<string, Promise<Ticket>>();

  constructor(web: WebClient, credentials: Credentials) {
    this.#web = web;
    this.#credentials = credentials;
  }

  /** @throws DownloadError */
  async fetch(url: string, what: string, request: WebRequest): Promise<WebAnswer> {
    const asked: Asked = { url, what, request, address: new URL(this.#web.address(url)) };
    const key = `${asked.address.host} ${what}`;
    const kept = await this.#kept(key);
    const answer = await this.#ask(asked, kept);
    if (answer.status !== 401) return answer;
    answer.close();
    if (kept) this.#tickets.delete(key); // the registry no longer takes it
    if (new URL(answer.url).origin !== asked.address.origin) throw oddChallenge(answer.url, 'after a redirect');
    const challenge = parseChallenge(answer.headers.get('www-authenticate') ?? '');
    if (!challenge) throw oddChallenge(asked.address.href, 'neither Bearer nor Basic');
    const found = await this.#credentials.of(asked.address.host);
    const ticket = await this.#ticket(key, () => this.#login(asked, challenge, found));
    const again = await this.#ask(asked, ticket);
    if (again.status !== 401) return again;
    again.close();
    this.#tickets.delete(key);
    throw refused(asked, found);
  }

  #ask({ url, request }: Asked, ticket: Ticket | undefined): Promise<WebAnswer> {
    const headers = { ...request.headers, ...(ticket && { authorization: ticket.header }) };
    return this.#web.fetch(url, { ...request, headers, challenge: true });
  }

  async #kept(key: string): Promise<Ticket | undefined> {
    const ticket = await this.#tickets.get(key)?.catch(() => undefined);
    if (ticket && ticket.until > Date.now()) return ticket;
    this.#tickets.delete(key);
    return undefined;
  }

  /** Requests that are challenged at once share a ticket. */
  async #ticket(key: string, get: () => Promise<Ticket>): Promise<Ticket> {
    const coming = this.#tickets.get(key) ?? get();
    this.#tickets.set(key, coming);
    try {
      return await coming;
    } catch (error) {
      this.#tickets.delete(key);
      throw error;
    }
  }

  async #login(asked: Asked, challenge: Challenge, found: FoundLogin): Promise<Ticket> {
    if (challenge.scheme === 'bearer') return this.#token(asked, challenge, found);
    if (!found.login) throw loginWanted(asked.address.href, asked.what, found.problem);
    return { header: basic(found.login), until: Infinity };
  }

  async #token(asked: Asked, challenge: Challenge & { scheme: 'bearer' }, found: FoundLogin): Promise<Ticket> {
    const realm = realmOf(asked, challenge);
    const headers = { ...(found.login && { authorization: basic(found.login) }) };
    const answer = await this.#web
      .fetch(realm, { headers, challenge: true, signal: asked.request.signal })
      .catch((error: unknown) => {
        throw error instanceof DownloadError && error.kind === 'forbidden' ? refused(asked, found) : error;
      });
    const body = answer.status === 200 ? await readAll(answer, MOST) : undefined;
    answer.close();
    if (answer.status === 401) throw refused(asked, found);
    const parsed = tokenSchema.safeParse(plain(body));
    const token = parsed.data?.token ?? parsed.data?.access_token;
    if (!token) throw oddChallenge(realm, 'the token server gave no token');
    const seconds = parsed.data?.expires_in ?? USUAL;
    return { header: `Bearer ${token}`, until: Date.now() + (seconds - EARLY) * 1000 };
  }
}

/** The token server's address, with what is asked for. A login is not sent unencrypted, unless the registry itself is asked like that. */
function realmOf({ address }: Asked, { realm, service, scope }: Challenge & { scheme: 'bearer' }): string {
  if (!addressOf(realm)) throw oddChallenge(address.href, 'realm is not an address');
  const url = new URL(realm);
  if (url.protocol !== 'https:' && url.protocol !== address.protocol)
    throw oddChallenge(address.href, 'realm is not https');
  if (service !== undefined) url.searchParams.set('service', service);
  const repository = /\/v2\/(.+)\/(?:manifests|blobs)\//.exec(address.pathname)?.[1] ?? '';
  for (const one of (scope ?? `repository:${repository}:pull`).split(' ')) url.searchParams.append('scope', one);
  return url.href;
}

function refused({ address, what }: Asked, { login, problem }: FoundLogin): DownloadError {
  return login ? loginRefused(address.href, what) : loginWanted(address.href, what, problem);
}

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function plain(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
