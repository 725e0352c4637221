import type { Text } from '../contract/text.ts';
import type { HttpHeader } from './curl-words.ts';
import { literalAddress, type Known } from './known.ts';
import type { HttpRequest } from './request-match.ts';
import type { Target } from './target.ts';

type Http = Extract<Target, { kind: 'http' }>;

const AGENT: Text = {
  en: "A rule matches the header User-Agent, and the client's value is unknown.",
  ja: 'ルールがヘッダー User-Agent を条件とするが、クライアントの値が分からない。',
};

/**
 * What NGINX reads of a request to a host: with the headers that curl writes by itself where none of that name is given. A Host
 * header that was given counts, not the URL's; curl is given a node's address for its name.
 */
export function httpRequest({ facts, agent }: Known, target: Http, host: string): HttpRequest {
  const { words, from, port, secure, path } = target;
  const { method, headers, body } = words;
  const given = headers.find(({ name }) => name.toLowerCase() === 'host')?.value;
  const asked = given ?? (from === undefined ? (literalAddress(host, facts) ?? host) : host);
  const isUsual = port === undefined || port === (secure ? 443 : 80);
  const form = 'application/x-www-form-urlencoded';
  const own: readonly HttpHeader[] = [
    { name: 'Host', value: isUsual ? asked : `${asked}:${port}` },
    { name: 'Accept', value: '*/*' },
    ...(agent !== undefined && from === undefined ? [{ name: 'User-Agent', value: agent }] : []),
    ...(body === undefined ? [] : [{ name: 'Content-Type', value: form }]),
    ...(body === undefined ? [] : [{ name: 'Content-Length', value: String(Buffer.byteLength(body)) }]),
  ];
  const isGiven = (wanted: string) => headers.some(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const all = [...headers, ...own.filter(({ name }) => !isGiven(name))];
  const isKnown = all.some(({ name }) => name.toLowerCase() === 'user-agent');
  return {
    ...(secure && literalAddress(host, facts) === undefined && { sni: host.toLowerCase() }),
    host: asked.toLowerCase().replace(/:\d+$/, ''),
    path,
    method,
    headers: all,
    ...(!isKnown && { unknown: new Map([['user-agent', AGENT]]) }),
  };
}
