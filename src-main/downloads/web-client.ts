import { addressOf } from '../address-of.ts';
import type { Agent, Dispatcher } from 'undici';
import type { SecureContext } from 'node:tls';
import { header, ignore, leave, received } from './answer-parts.ts';
import { connector, loginOf } from './connect.ts';
import { ProxyFailed } from './connection-errors.ts';
import { DownloadError } from './download-error.ts';
import { mirrorAt, mirrored, type Mirrors } from './mirrors.ts';
import { networkFailure, type Place } from './network-failures.ts';
import { isDirect, isLoopback, proxyFor, type Proxies } from './proxy-choice.ts';
import { insecureRedirect, insecureSource, tooManyRedirects } from './redirect-failures.ts';
import { proxyStatusFailure, statusFailure, webPage } from './status-failures.ts';
import { trusting } from './trusted-cas.ts';

export interface NetworkSettings extends Proxies {
  readonly mirrors: Mirrors;
  /** PEM, of CAs that are trusted besides the system's. */
  readonly ca?: string | undefined;
  /** The system's proxy for an address, as a window knows it. Asked where `proxy` and `httpProxy` say nothing. @throws DownloadError */
  readonly systemProxy?: ((url: string) => Promise<string | undefined>) | undefined;
}

export interface WebRequest {
  readonly method?: 'GET' | 'HEAD' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The caller understands a challenge: 401 is an answer, and no error. */
  readonly challenge?: boolean | undefined;
  /** What comes is compared with nothing that is known beforehand: plain HTTP is refused. */
  readonly unpinned?: boolean | undefined;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** That answered in the end, for people: without query. */
  readonly url: string;
  /** Ends in a DownloadError, or the signal's reason, where it is cut, stalls or is a web page. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Leaves the rest of the body. */
  close(): void;
}

export interface WebClient {
  /**
   * Asks an address, at its mirror if there is one, and follows redirects. An answer has the status 200, 206 or 416; 401 where the caller
   * asked for it. @throws DownloadError, or the signal's reason
   */
  fetch(url: string, request?: WebRequest): Promise<WebAnswer>;
  /** Where an address is asked: itself, or its place at a mirror. Without user and password. */
  address(url: string): string;
  close(): Promise<void>;
}

/** Seconds. */
export interface Limits {
  /** For name, TCP, proxy and TLS together. */
  readonly connect: number;
  /** Without a byte of the answer. */
  readonly silence: number;
}

const LIMITS: Limits = { connect: 20, silence: 60 };
const REDIRECTS = 5;

export function webClient(settings: NetworkSettings, limits = LIMITS): WebClient {
  return new Client(settings, limits);
}

/** A request on its way. */
interface Leg {
  readonly at: URL;
  readonly headers: Record<string, string>;
  readonly request: WebRequest;
}

class Client implements WebClient {
  readonly #settings: NetworkSettings;
  readonly #limits: Limits;
  /** By proxy; `''` without. */
  readonly #agents = new Map<string, Promise<Agent>>();
  #trust: SecureContext | undefined;

  constructor(settings: NetworkSettings, limits: Limits) {
    this.#settings = settings;
    this.#limits = limits;
  }

  address(url: string): string {
    return mirrored(url, this.#settings.mirrors);
  }

  async fetch(url: string, request: WebRequest = {}): Promise<WebAnswer> {
    const headers = { 'accept-encoding': 'identity', 'user-agent': 'hoplab', ...lowerCase(request.headers ?? {}) };
    let leg: Leg = { at: new URL(this.address(url)), headers, request };
    for (let redirects = 0; ; redirects++) {
      if (request.unpinned && leg.at.protocol === 'http:' && !isLoopback(leg.at)) throw insecureSource(leg.at.href);
      const answer = await this.#ask(leg);
      const to = redirectOf(answer, leg.at);
      if (to === undefined) return this.#answer(answer, leg);
      leave(answer);
      if (redirects === REDIRECTS) throw tooManyRedirects(url, REDIRECTS);
      leg = follow(leg, to);
    }
  }

  async close(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map(async (agent) => (await agent).destroy()));
  }

  async #ask({ at, headers, request }: Leg): Promise<Dispatcher.ResponseData> {
    const mirror = mirrorAt(at, this.#settings.mirrors);
    const login = mirror && loginOf(mirror);
    const sent = { ...(login !== undefined && { authorization: login }), ...headers };
    const { signal, method = 'GET' } = request;
    signal?.throwIfAborted();
    const way = await this.#way(at);
    try {
      const answer = await way.agent.request({
        ...{ origin: way.origin, path: way.path, method, headers: { ...sent, ...way.headers } },
        ...{ headersTimeout: this.#limits.silence * 1000, bodyTimeout: this.#limits.silence * 1000 },
        ...(signal && { signal }),
      });
      answer.body.on('error', ignore);
      if (answer.statusCode !== 407) return answer;
      leave(answer);
      throw proxyStatusFailure(407, { url: at.href, origin: way.proxy ?? at.origin });
    } catch (error) {
      signal?.throwIfAborted();
      const ours = error instanceof DownloadError || way.proxy === undefined;
      throw networkFailure(ours ? error : new ProxyFailed(way.proxy, undefined, error), this.#place(at));
    }
  }

  /** Directly, through a tunnel, or for plain HTTP by asking the proxy itself for the whole address (RFC 9112, 3.2.2). */
  async #way(at: URL): Promise<Way> {
    const address = proxyFor(at, this.#settings) ?? (await this.#systemProxy(at));
    const path = at.pathname + at.search;
    if (address === undefined) return { agent: await this.#agent(), origin: at.origin, path, headers: {} };
    const proxy = new URL(address);
    if (at.protocol === 'https:') {
      return { agent: await this.#agent(proxy), origin: at.origin, path, headers: {} };
    }
    const login = loginOf(proxy);
    const headers = { host: at.host, ...(login !== undefined && { 'proxy-authorization': login }) };
    return { agent: await this.#agent(), origin: proxy.origin, path: at.origin + path, headers, proxy: proxy.origin };
  }

  async #systemProxy(at: URL): Promise<string | undefined> {
    const { proxy, httpProxy, systemProxy, noProxy } = this.#settings;
    if (proxy !== undefined || httpProxy !== undefined || isDirect(at, noProxy)) return undefined;
    return systemProxy?.(at.origin);
  }

  #agent(proxy?: URL): Promise<Agent> {
    const key = proxy?.href ?? '';
    const agent = this.#agents.get(key) ?? this.#open(proxy);
    this.#agents.set(key, agent);
    return agent;
  }

  async #open(proxy: URL | undefined): Promise<Agent> {
    const undici = await import('undici');
    const trust = (): SecureContext => (this.#trust ??= trusting(this.#settings.ca));
    return new undici.Agent({ connect: connector({ trust, limit: this.#limits.connect * 1000, proxy }) });
  }

  #answer(answer: Dispatcher.ResponseData, { at, request }: Leg): WebAnswer {
    const { statusCode: status, body } = answer;
    const headers = { get: (name: string) => header(answer, name) };
    const place = this.#place(at);
    const fine = status === 200 || status === 206 || status === 416 || (status === 401 && request.challenge === true);
    const page = (status === 200 || status === 206) && /^\s*text\/html\b/i.test(headers.get('content-type') ?? '');
    if (page || !fine) {
      leave(answer);
      throw page ? webPage(at.href) : statusFailure(status, { url: at.href, retryAfter: headers.get('retry-after') });
    }
    const close = (): void => void body.destroy();
    const { signal } = request;
    return { status, headers, url: place.shown, body: received(body, { place, signal, whole: status === 200 }), close };
  }

  #place({ href, origin, pathname }: URL): Place & { readonly shown: string } {
    return { url: href, shown: origin + pathname, limits: this.#limits };
  }
}

interface Way {
  readonly agent: Agent;
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Origin of the proxy that is asked in the place of the server. */
  readonly proxy?: string;
}

function redirectOf(answer: Dispatcher.ResponseData, at: URL): URL | undefined {
  const to = header(answer, 'location');
  if (![301, 302, 303, 307, 308].includes(answer.statusCode) || to === null) return undefined;
  return addressOf(to, at.href);
}

/** A login is for the host that it was given for. @throws DownloadError */
function follow({ at, headers, request }: Leg, to: URL): Leg {
  if (to.protocol !== 'https:' && (to.protocol !== 'http:' || at.protocol === 'https:')) {
    throw insecureRedirect(at.href, to.href);
  }
  const foreign = to.origin !== at.origin;
  const kept = Object.entries(headers).filter(([name]) => !(foreign && name === 'authorization'));
  return { at: to, headers: Object.fromEntries(kept), request };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
