import { Script } from 'node:vm';
import type { PairMatch, RouteMatch } from '../cluster/http-routes.ts';
import type { Text } from '../contract/text.ts';
import type { HttpHeader } from './curl-words.ts';

/** What of an HTTP request decides where NGINX sends it. */
export interface HttpRequest {
  /** The name that the client says while TLS begins (SNI); undefined: none, for an address or without TLS. */
  readonly sni?: string | undefined;
  /** Without port, lower case. */
  readonly host: string;
  /** With its query. */
  readonly path: string;
  readonly method: string;
  /** All that the client sends, but those whose value is not known. */
  readonly headers: readonly HttpHeader[];
  /** Headers that it sends with a value that is not known, and why. */
  readonly unknown?: ReadonlyMap<string, Text>;
}

/** Whether a request fits; a text says why that is not known. */
export type Fit = boolean | Text;

/** Whether a request has what a match asks for beside the path. */
export function fitsConditions({ headers, query, method }: RouteMatch, request: HttpRequest): Fit {
  const asked = [...new URLSearchParams(searchOf(request))].map(([name, value]) => ({ name, value }));
  return every([
    method === undefined || method === request.method,
    ...headers.map((one) => hasHeader(request, one)),
    ...query.map((one) => fitsValue(one, asked.find(({ name }) => name === one.name)?.value)),
  ]);
}

/** The path as NGINX looks for its location: decoded, without query, slashes that follow one another made one. */
export function plainPath({ path }: HttpRequest): string {
  const [own = ''] = path.replace(/#.*/s, '').split('?');
  try {
    return decodeURIComponent(own).replaceAll(/\/{2,}/g, '/');
  } catch {
    return own;
  }
}

function searchOf({ path }: HttpRequest): string {
  return path.replace(/#.*/s, '').split(/\?(.*)/s)[1] ?? '';
}

/** Wrong where one part is; not known where one of the others is not. */
function every(fits: readonly Fit[]): Fit {
  return fits.includes(false) ? false : (fits.find((fit) => fit !== true) ?? true);
}

/** NGINX joins headers of one name, and each part between commas may be the one. */
function hasHeader({ headers, unknown }: HttpRequest, wanted: PairMatch): Fit {
  const isIt = (name: string) => name.toLowerCase() === wanted.name.toLowerCase();
  const values = headers.flatMap(({ name, value }) => (isIt(name) ? [value] : []));
  if (values.length === 0) return unknown?.get(wanted.name.toLowerCase()) ?? false;
  const fits = values
    .join(', ')
    .split(',')
    .map((value) => fitsValue(wanted, value));
  return fits.includes(true) || (fits.find((fit) => fit !== false) ?? false);
}

function fitsValue({ value: wanted, isExpression }: PairMatch, value: string | undefined): Fit {
  if (value === undefined || value === '') return false;
  return isExpression ? isLike(wanted, value) : value === wanted;
}

/** What PCRE reads otherwise than JavaScript, or JavaScript not at all. */
const PCRE_ALONE = /\\[^dDwWsSbBnrtfv0-9/^$*+?.()[\]{}|\\\-_]|\(\?(?![:=!]|<[=!a-zA-Z])|[*+?}]\+|\[\[:/;

/** The plain characters that every text begins with that is like an expression from its start on. */
function headOf(expression: string): string {
  const [whole = '', head = ''] = /^\^([\w/-]*)/.exec(expression) ?? [];
  if (expression.includes('|')) return '';
  return /^[?*{]/.test(expression.slice(whole.length)) ? head.slice(0, -1) : head;
}

const TEST = new Script('expression.test(text)');

/** Whether a text is like an expression, which NGINX reads as PCRE. */
export function isLike(expression: string, text: string): Fit {
  const why: Text = {
    en: `Hoplab cannot evaluate the regular expression ${expression} as NGINX does.`,
    ja: `正規表現 ${expression} を NGINX と同じようには判定できない。`,
  };
  if (!text.startsWith(headOf(expression))) return false;
  if (PCRE_ALONE.test(expression)) return why;
  try {
    const scope = { expression: new RegExp(expression), text };
    return TEST.runInNewContext(scope, { timeout: 100 }) === true; // an expression may take for ever
  } catch {
    return why;
  }
}
