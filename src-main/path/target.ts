import { addressOf } from '../address-of.ts';
import { unescape } from 'node:querystring';
import { isDeepStrictEqual } from 'node:util';
import type { Text } from '../contract/text.ts';
import { basic, MASKED, PLAIN, readCurl, type RequestWords } from './curl-words.ts';
import { hasMaskedValue, isMasked, isSecretName, MASK, maskedBody, maskedHeader, maskedText } from './secret-values.ts';
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
      /** As it was given, without secrets. */
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

export type HttpTarget = Extract<Target, { kind: 'http' }>;

/**
 * Reads `http://HOST[:PORT]/PATH`, `HOST[:PORT]`, `NODE:PORT`, `svc/NAMESPACE/NAME[:PORT]`, `pod/NAMESPACE/NAME:PORT`, each
 * also behind `pod/NAMESPACE/NAME ->`; `dns NAME @NODE[:PORT]`; and a command line of curl. `dnsPort` is the lab's.
 * @throws TargetError, which never repeats a secret
 */
export function parseTarget(text: string, dnsPort: number): Target {
  const trimmed = text.trim();
  if (/^dns\s/.test(trimmed)) return parseQuery(trimmed, dnsPort);
  if (/^curl\s/.test(trimmed)) {
    const { url, words, shown } = readCurl(trimmed);
    const target = parseUrl(url);
    return { ...target, text: shown(target.text), words: withHeaders(words, target.words.headers) };
  }
  const [from, rest] = startOf(trimmed);
  if (/^https?:\/\//i.test(rest)) {
    const target = parseUrl(rest);
    return { ...target, text: from ? `pod/${from.namespace}/${from.name} -> ${target.text}` : target.text, from };
  }
  const named = /^(svc|service|pod)\/([a-z0-9.-]+)\/([a-z0-9.-]+)(?::(\d+))?$/.exec(rest);
  if (named) {
    const [, word = '', namespace = '', name = '', port] = named;
    const to: Destination = { kind: word === 'pod' ? 'pod' : 'service', namespace, name };
    if (from === undefined) throw new TargetError(fromPod(trimmed));
    if (to.kind === 'pod' && port === undefined) throw new TargetError(needsPort(trimmed));
    const base = { kind: 'http', text: trimmed, secure: false, path: '/', words: PLAIN } as const;
    return { ...base, from, to, port: portOf(port, trimmed) };
  }
  const [, host = '', port] = /^([^\s:/@]+)(?::(\d+))?$/.exec(rest) ?? [];
  if (!isHost(host)) throw new TargetError(unreadable(trimmed));
  const to: Destination = { kind: 'host', host: host.toLowerCase().replace(/\.$/, '') };
  const base = { kind: 'http', text: trimmed, secure: port === '443', path: '/', words: PLAIN } as const;
  return { ...base, from, to, port: portOf(port, trimmed) };
}

/** Whether two targets ask for the same, however they were written. */
export function isSameRequest(one: Target, other: Target): boolean {
  return isDeepStrictEqual({ ...one, text: '' }, { ...other, text: '' });
}

/** A request all of which can be shown. */
export function withoutSecrets(target: HttpTarget): HttpTarget {
  const { headers, body } = target.words;
  const words = { ...target.words, headers: headers.map(maskedHeader), body: body && maskedBody(body) };
  return { ...target, path: maskedText(target.path), words };
}

/** Names and addresses as they are asked for: never what a program could take for an option of its own. */
function isHost(word: string): boolean {
  return word.length < 254 && /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(word);
}

function parseQuery(text: string, dnsPort: number): Target {
  const [, name = '', server = '', port] = /^dns\s+(\S+)\s+@([^\s:]+)(?::(\d+))?$/.exec(text) ?? [];
  if (!isHost(name) || !isHost(server)) throw new TargetError(noQuery());
  return { kind: 'dns', text, name: name.replace(/\.$/, ''), server, port: portOf(port, text) ?? dnsPort };
}

function startOf(text: string): [Named | undefined, string] {
  const [, namespace, name, rest] = /^pod\/([a-z0-9.-]+)\/([a-z0-9.-]+)\s*->\s*(\S.*)$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined || rest === undefined) return [undefined, text];
  return [{ namespace, name }, rest];
}

/** Its user and password are the header that curl makes of them. */
function parseUrl(given: string): HttpTarget {
  const parsed = addressOf(given);
  if (!parsed) throw new TargetError(unreadable(given));
  const { protocol, host, hostname, port, pathname, search, username, password } = parsed;
  if (isMasked(unescape(username)) || hasMaskedValue(search)) throw new TargetError(MASKED);
  if (!isHost(hostname)) throw new TargetError(unreadable(given));
  const user = username === '' && password === '' ? undefined : `${unescape(username)}:${unescape(password)}`;
  const path = pathname + search;
  const shownPath = path === '/' && !given.endsWith('/') ? '' : maskedText(path);
  return {
    kind: 'http',
    text: `${protocol}//${user === undefined ? '' : `${MASK}@`}${host}${shownPath}`,
    from: undefined,
    to: { kind: 'host', host: hostname.replace(/\.$/, '') },
    port: port === '' ? undefined : Number(port),
    secure: protocol === 'https:',
    path,
    words: user === undefined ? PLAIN : { ...PLAIN, headers: [{ name: 'Authorization', value: basic(user) }] },
  };
}

/** curl prefers what was said by an option. */
function withHeaders(words: RequestWords, headers: RequestWords['headers']): RequestWords {
  const said = new Set(words.headers.map(({ name }) => name.toLowerCase()));
  return { ...words, headers: [...headers.filter(({ name }) => !said.has(name.toLowerCase())), ...words.headers] };
}

function portOf(word: string | undefined, text: string): number | undefined {
  if (word === undefined) return undefined;
  const port = Number(word);
  if (port < 1 || port > 65_535) {
    throw new TargetError({
      en: `${text}: a port must be from 1 to 65535.`,
      ja: `${text}: ポートは 1 から 65535 です。`,
    });
  }
  return port;
}

/** What cannot be read may hold anything: it is repeated only where it is short and plain. */
function unreadable(text: string): Text {
  const plain = /^[\w.:/ >-]{1,60}$/.test(text) && !isSecretName(text);
  const forms =
    'http://HOST/PATH, HOST[:PORT], NODE:PORT, dns NAME @NODE, pod/NAMESPACE/NAME -> svc/NAMESPACE/NAME, curl [-H HEADER] [-X METHOD] URL';
  return {
    en: `${plain ? `"${text}"` : 'This'} is not a valid target. Valid forms: ${forms}.`,
    ja: `${plain ? `「${text}」` : 'この文字列'}は正しい対象ではありません。書き方: ${forms}`,
  };
}

function noQuery(): Text {
  return {
    en: 'Only a name can be looked up, and only at a node or an IPv4 address: write dns NAME @NODE, without dig options.',
    ja: '問い合わせられるのは名前だけで、宛先はノードか IPv4 アドレスです。dig のオプションは付けず、dns 名前 @ノード と書いてください。',
  };
}

function fromPod(text: string): Text {
  return {
    en: `${text}: a Service or pod can be reached by its name only from inside the cluster: write pod/NAMESPACE/NAME -> ${text}.`,
    ja: `${text}: Service や Pod の名前での指定はクラスター内からだけです。pod/名前空間/名前 -> ${text} と書いてください。`,
  };
}

function needsPort(text: string): Text {
  return { en: `${text}: add the pod's port.`, ja: `${text}: Pod のポートも指定してください。` };
}
