import { isIPv4 } from 'node:net';
import { join, split } from 'shlex';
import type { Text } from '../contract/text.ts';
import { followedOptions, readOptions, type CurlWord, type Followed } from './curl-options.ts';
import { isMasked, MASK, maskedBody, maskedHeader, maskedText } from './secret-values.ts';
import { TargetError } from './target-error.ts';

export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}

/** What is said of a request besides its URL, as curl's options say it. */
export interface RequestWords {
  readonly method: string;
  /** In their order; without those that curl writes by itself. */
  readonly headers: readonly HttpHeader[];
  readonly body: string | undefined;
  /** The address that the host is taken to have: no name is looked up. */
  readonly address: string | undefined;
  /** With TLS: take any certificate. */
  readonly insecure: boolean;
  /** With TLS: the client's file with the CAs to trust; undefined: its system's. */
  readonly cacert: string | undefined;
  /** Options that a trace does not follow, as they were spelled. */
  readonly passedOver: readonly string[];
}

/** What curl says when it is given a URL alone. */
export const PLAIN: RequestWords = {
  method: 'GET',
  headers: [],
  body: undefined,
  address: undefined,
  insecure: false,
  cacert: undefined,
  passedOver: [],
};

export interface CurlLine {
  readonly url: string;
  readonly words: RequestWords;
  /** The command line without secrets; `url`: how its URL is shown. */
  readonly shown: (url: string) => string;
}

type Values = (name: Followed) => readonly string[];

/**
 * Reads a command line of curl, such as a browser copies one: its one URL, and what its options say of the request.
 * @throws TargetError, which never repeats a value
 */
export function readCurl(line: string): CurlLine {
  const read = readOptions(wordsOf(line).slice(1));
  for (const word of read) {
    if (word.kind === 'unknown') throw refused(unknown(word.spelled));
    if (word.kind === 'incomplete') throw refused(incomplete(word.spelled));
  }
  const values: Values = (name) =>
    read.flatMap((word) => ('name' in word && word.name === name ? [word.value ?? ''] : []));
  const [url, ...more] = [...read.flatMap((word) => (word.kind === 'url' ? [word.value] : [])), ...values('url')];
  if (url === undefined || more.length > 0) throw refused(ONE_URL);
  const full = /^https?:\/\//i.test(url) ? url : `http://${url}`;
  const body = bodyOf(read);
  const asQuery = values('get').length > 0 && body !== undefined;
  return {
    url: asQuery ? `${full}${full.includes('?') ? '&' : '?'}${body}` : full,
    words: {
      method: methodOf(values, asQuery ? undefined : body),
      headers: headersOf(values),
      body: asQuery ? undefined : body,
      address: resolved(values('resolve')),
      insecure: values('insecure').length > 0,
      cacert: values('cacert').at(-1),
      passedOver: read.flatMap((word) => (word.kind === 'passed-over' ? [word.spelled] : [])),
    },
    shown: (address) => join(['curl', ...read.flatMap((word) => shownWord(word, address))]),
  };
}

/** A shell's line break within a command means nothing; a field of one line leaves its backslash. */
function wordsOf(line: string): readonly string[] {
  try {
    return split(line.replaceAll(/\\\r?\n/g, ' ')).filter((word) => word === '' || word.trim() !== '');
  } catch {
    throw refused(NOT_CLOSED);
  }
}

function shownWord(word: CurlWord, url: string): readonly string[] {
  if (word.kind === 'url') return [url];
  if (!('name' in word) || word.value === undefined) return [word.spelled];
  const { name, spelled, value } = word;
  if (name === 'url') return [spelled, url];
  if (name === 'header') {
    const header = maskedHeader(readHeader(value));
    return [spelled, `${header.name}: ${header.value}`];
  }
  if (['cookie', 'user', 'oauth2-bearer'].includes(name)) return [spelled, MASK];
  return [spelled, isBody(name) ? maskedBody(value) : maskedText(value)];
}

function isBody(name: string): boolean {
  return ['data', 'data-ascii', 'data-binary', 'data-raw', 'json'].includes(name);
}

/** Undefined: there is none. */
function bodyOf(read: readonly CurlWord[]): string | undefined {
  const parts = read.flatMap((word) => ('name' in word && isBody(word.name) ? [word] : []));
  if (parts.length === 0) return undefined;
  if (parts.some(({ name, value }) => name !== 'data-raw' && value?.startsWith('@'))) throw refused(NO_FILES);
  const body = parts.map(({ value = '' }) => value).join(parts.every(({ name }) => name === 'json') ? '' : '&');
  if (isMasked(body)) throw refused(MASKED);
  if (body.includes('\0')) throw refused(NO_NUL);
  return body;
}

function methodOf(values: Values, body: string | undefined): string {
  const method = values('request').at(-1) ?? (values('head').length > 0 ? 'HEAD' : body === undefined ? 'GET' : 'POST');
  if (!/^[A-Za-z]{1,20}$/.test(method)) throw refused(METHOD);
  return method;
}

/** Those that the options stand for, as curl would send them, and those that were written out. */
function headersOf(values: Values): readonly HttpHeader[] {
  const given = values('header').map(readHeader);
  const more = (name: string, value: string | undefined): HttpHeader[] =>
    value === undefined || given.some((header) => header.name.toLowerCase() === name.toLowerCase())
      ? []
      : [readHeader(`${name}: ${value}`)];
  const json = values('json').length > 0 ? 'application/json' : undefined;
  return [
    ...more('User-Agent', values('user-agent').at(-1)),
    ...more('Referer', values('referer').at(-1)),
    ...more('Cookie', cookiesOf(values('cookie'))),
    ...more('Authorization', authorizationOf(values)),
    ...more('Accept-Encoding', values('compressed').length > 0 ? 'gzip, deflate' : undefined),
    ...more('Content-Type', json),
    ...more('Accept', json),
    ...given,
  ];
}

function readHeader(header: string): HttpHeader {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\0-\x20\x7f][^\0-\x08\n-\x1f\x7f]*)$/.exec(header) ?? [];
  if (name === undefined || value === undefined) throw refused(HEADER);
  if (isMasked(value)) throw refused(MASKED);
  return { name, value };
}

/** curl takes what has no `=` for a file of cookies. */
function cookiesOf(cookies: readonly string[]): string | undefined {
  if (cookies.some(isMasked)) throw refused(MASKED);
  if (cookies.some((cookie) => !cookie.includes('='))) throw refused(NO_FILES);
  return cookies.length > 0 ? cookies.join('; ') : undefined;
}

function authorizationOf(values: Values): string | undefined {
  const bearer = values('oauth2-bearer').at(-1);
  const user = values('user').at(-1);
  if ([bearer, user].some((one) => one !== undefined && isMasked(one))) throw refused(MASKED);
  if (user !== undefined && !user.includes(':')) throw refused(PASSWORD);
  if (bearer !== undefined) return `Bearer ${bearer}`;
  return user === undefined ? undefined : basic(user);
}

/** The header that a user and password stand for: `USER:PASSWORD`. */
export function basic(user: string): string {
  return `Basic ${Buffer.from(user).toString('base64')}`;
}

/** `--resolve HOST:PORT:ADDRESS`: with one URL there is one host. */
function resolved(entries: readonly string[]): string | undefined {
  const [entry] = entries;
  if (entry === undefined) return undefined;
  const address = /^[^:]+:\d+:([\d.]+)$/.exec(entry)?.[1] ?? '';
  if (entries.length > 1 || !isIPv4(address)) throw refused(RESOLVE);
  return address;
}

function refused({ en, ja }: Text): TargetError {
  return new TargetError({ en: `This curl command: ${en}`, ja: `この curl コマンド: ${ja}` });
}

function incomplete(option: string): Text {
  return {
    en: `${option} is not valid curl syntax: add its value, or remove it.`,
    ja: `${option} の書き方が curl と違います。値の有無を直してください。`,
  };
}

function unknown(option: string): Text {
  const known = followedOptions.join(', ');
  return {
    en: `Hoplab does not support the option ${option}: remove it. Supported options: ${known}.`,
    ja: `オプション ${option} には対応していません。取り除いてください。使えるオプション: ${known}`,
  };
}

const HEADER: Text = {
  en: "a header is not valid: write -H 'NAME: VALUE'.",
  ja: "ヘッダーとして読めないものがあります。-H '名前: 値' と書いてください。",
};
const METHOD: Text = {
  en: 'a method is a single word of letters: write -X METHOD.',
  ja: 'メソッドは英字 1 語です。-X メソッド と書いてください。',
};
const PASSWORD: Text = {
  en: 'no password prompt is available: write -u USER:PASSWORD.',
  ja: 'パスワードの入力は求めません。-u ユーザー:パスワード と書いてください。',
};
const NO_NUL: Text = { en: 'the body contains a NUL byte: remove it.', ja: '本文の NUL バイトを取り除いてください。' };
const NOT_CLOSED: Text = { en: 'a quote is not closed.', ja: '引用符が閉じていません。' };
const ONE_URL: Text = { en: 'give curl one URL.', ja: 'curl の URL は 1 つにしてください。' };
const NO_FILES: Text = {
  en: 'bodies and cookies from files are not supported: write the content itself.',
  ja: 'ファイルの本文や Cookie は送れません。内容を直接書いてください。',
};
const RESOLVE: Text = {
  en: 'write --resolve HOST:PORT:ADDRESS once, with an IPv4 address.',
  ja: '--resolve は ホスト:ポート:IPv4 アドレス の形で 1 つだけ書いてください。',
};

/** Why what is shown of a target with secrets cannot be sent. */
export const MASKED: Text = {
  en: `a secret value was not saved (${MASK}): enter it again.`,
  ja: `秘密の値は保存されていません (${MASK})。もう一度入力してください。`,
};
