import type { Text } from '../contract/text.ts';
import { masked, maskedHeaders, PLAIN, readCurl, type RequestWords } from './curl-words.ts';
import { TargetError } from './target-error.ts';

/** Names an object of the cluster. */
interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** What a path leads to. */
export type Destination =
  /** A name, an IPv4 address, or the name of a node in the lab file. */
  { readonly kind: 'host'; readonly host: string } | ({ readonly kind: 'pod' | 'service' } & Named);

/** What the user wants to see the path of. */
export type Target =
  | {
      readonly kind: 'http';
      /** As it was given, without credentials. */
      readonly text: string;
      /** Where it starts; undefined: at the client. */
      readonly from: Named | undefined;
      readonly to: Destination;
      /** Undefined: the first port of the Service, else that of the scheme. */
      readonly port: number | undefined;
      readonly secure: boolean;
      /** With its query. */
      readonly path: string;
      readonly words: RequestWords;
    }
  /** A DNS query to a node. */
  | {
      readonly kind: 'dns';
      readonly text: string;
      readonly name: string;
      readonly server: string;
      readonly port: number;
    };

/**
 * Reads `http://HOST[:PORT]/PATH`, `HOST[:PORT]`, `NODE:PORT`, `svc/NAMESPACE/NAME[:PORT]`, `pod/NAMESPACE/NAME:PORT`, each
 * also behind `pod/NAMESPACE/NAME ->`; `dns NAME @NODE[:PORT]`; and a command line of curl. `dnsPort` is the lab's.
 * @throws TargetError
 */
export function parseTarget(text: string, dnsPort: number): Target {
  const trimmed = text.trim();
  const query = /^dns\s+(\S+)\s+@([^\s:]+)(?::(\d+))?$/.exec(trimmed);
  if (query) {
    const [, name = '', server = '', port] = query;
    return {
      kind: 'dns',
      text: trimmed,
      name: name.replace(/\.$/, ''),
      server,
      port: portOf(port, trimmed) ?? dnsPort,
    };
  }
  if (/^curl\s/.test(trimmed)) {
    const { url, words } = readCurl(trimmed);
    const shown = masked(trimmed);
    return { ...parseUrl(url, shown), text: shown, words };
  }
  const [from, rest] = startOf(trimmed);
  if (/^https?:\/\//i.test(rest)) return { ...parseUrl(rest, trimmed), from };
  const named = /^(svc|service|pod)\/([^/\s:]+)\/([^/\s:]+)(?::(\d+))?$/.exec(rest);
  if (named) {
    const [, word = '', namespace = '', name = '', port] = named;
    const to: Destination = { kind: word === 'pod' ? 'pod' : 'service', namespace, name };
    if (from === undefined) throw new TargetError(fromPod(trimmed));
    if (to.kind === 'pod' && port === undefined) throw new TargetError(needsPort(trimmed));
    const base = { kind: 'http', text: trimmed, secure: false, path: '/', words: PLAIN } as const;
    return { ...base, from, to, port: portOf(port, trimmed) };
  }
  const [, host = '', port] = /^([^\s:/@]+)(?::(\d+))?$/.exec(rest) ?? [];
  if (host === '') throw new TargetError(unreadable(trimmed));
  const to: Destination = { kind: 'host', host: host.toLowerCase().replace(/\.$/, '') };
  const base = { kind: 'http', text: trimmed, secure: port === '443', path: '/', words: PLAIN } as const;
  return { ...base, from, to, port: portOf(port, trimmed) };
}

/** A target whose headers can be shown. */
export function withoutCredentials(target: Target): Target {
  if (target.kind === 'dns') return target;
  return { ...target, words: { ...target.words, headers: maskedHeaders(target.words.headers) } };
}

function startOf(text: string): [Named | undefined, string] {
  const [, namespace, name, rest] = /^pod\/([^/\s]+)\/([^/\s]+)\s*->\s*(.+)$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined || rest === undefined) return [undefined, text];
  return [{ namespace, name }, rest];
}

/** Not URL.canParse: Node 18 in older Electrons lacks it. */
function parsedUrl(url: string, text: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new TargetError(unreadable(text));
  }
}

function parseUrl(url: string, text: string): Extract<Target, { kind: 'http' }> {
  const { protocol, hostname, port, pathname, search, username } = parsedUrl(url, text);
  if (username !== '') throw new TargetError(hasCredentials(text.replace(/\/\/.*@/, '//')));
  const secure = protocol === 'https:';
  const given = port === '' ? undefined : Number(port);
  const to: Destination = { kind: 'host', host: hostname.replace(/\.$/, '') };
  return { kind: 'http', text, from: undefined, to, port: given, secure, path: pathname + search, words: PLAIN };
}

function portOf(word: string | undefined, text: string): number | undefined {
  if (word === undefined) return undefined;
  const port = Number(word);
  if (port < 1 || port > 65_535) {
    throw new TargetError({ en: `${text}: a port is 1 to 65535.`, ja: `${text}: ポートは 1 から 65535 です。` });
  }
  return port;
}

function unreadable(text: string): Text {
  const forms =
    'http://HOST/PATH, HOST[:PORT], NODE:PORT, dns NAME @NODE, pod/NAMESPACE/NAME -> svc/NAMESPACE/NAME, curl [-H HEADER] [-X METHOD] URL';
  return {
    en: `${text || 'An empty text'} is no target. Targets are: ${forms}.`,
    ja: `${text || '空の文字列'} は対象として読めません。書き方: ${forms}`,
  };
}

function fromPod(text: string): Text {
  return {
    en: `${text}: a Service or pod by its name is reached from inside only: write pod/NAMESPACE/NAME -> ${text}.`,
    ja: `${text}: Service や Pod の名前での指定はクラスタ内からだけです。pod/名前空間/名前 -> ${text} と書いてください。`,
  };
}

function hasCredentials(text: string): Text {
  return {
    en: `${text}: credentials in a URL are not sent: write curl -H 'Authorization: …' URL.`,
    ja: `${text}: URL の中の認証情報は送りません。curl -H 'Authorization: …' URL と書いてください。`,
  };
}

function needsPort(text: string): Text {
  return { en: `${text}: name the port of the pod as well.`, ja: `${text}: Pod のポートも指定してください。` };
}
