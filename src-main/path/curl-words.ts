import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { join, split } from 'shlex';
import type { Text } from '../contract/text.ts';
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
}

/** What curl says when it is given a URL alone. */
export const PLAIN: RequestWords = { method: 'GET', headers: [], body: undefined, address: undefined };

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;

/** What shapes the request. */
const SHAPING = {
  header: { ...texts, short: 'H' },
  request: { ...text, short: 'X' },
  head: { ...flag, short: 'I' },
  data: { ...texts, short: 'd' },
  'data-raw': texts,
  'user-agent': { ...text, short: 'A' },
  resolve: texts,
} as const;

/** What is about curl's own output and patience: passed over, for Hoplab has its own. */
const PASSED_OVER = {
  silent: { ...flag, short: 's' },
  'show-error': { ...flag, short: 'S' },
  verbose: { ...flag, short: 'v' },
  include: { ...flag, short: 'i' },
  insecure: { ...flag, short: 'k' },
  fail: { ...flag, short: 'f' },
  ipv4: { ...flag, short: '4' },
  'http1.1': flag,
  output: { ...text, short: 'o' },
  'write-out': { ...text, short: 'w' },
  'max-time': { ...text, short: 'm' },
  'connect-timeout': text,
} as const;

/** Reads a command line of curl: its one URL, and what its options say of the request. @throws TargetError */
export function readCurl(line: string): { readonly url: string; readonly words: RequestWords } {
  const { values, positionals } = parsed(line);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw refused(line, ONE_URL);
  const body = [...(values.data ?? []), ...(values['data-raw'] ?? [])];
  if (values.data?.some((one) => one.startsWith('@'))) throw refused(line, NO_FILES);
  const agent = values['user-agent'];
  const headers = [
    ...(agent === undefined ? [] : [{ name: 'User-Agent', value: agent }]),
    ...(values.header ?? []).map((header) => readHeader(header, line)),
  ];
  const full = /^https?:\/\//i.test(url) ? url : `http://${url}`;
  return {
    url: full,
    words: {
      method: values.request ?? (values.head === true ? 'HEAD' : body.length > 0 ? 'POST' : 'GET'),
      headers,
      body: body.length > 0 ? body.join('&') : undefined,
      address: resolved(values.resolve ?? [], line),
    },
  };
}

function parsed(line: string) {
  const args = wordsOf(line)?.slice(1);
  if (!args) throw refused(line, NOT_CLOSED);
  try {
    return parseArgs({ args, options: { ...SHAPING, ...PASSED_OVER }, allowPositionals: true });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '').replace(/\. .*$/, '') : String(error);
    const known = Object.keys(SHAPING).map((name) => `--${name}`);
    throw refused(line, {
      en: `${why.replace(/\.$/, '')}. Options that Hoplab follows: ${known.join(', ')}.`,
      ja: `${why.replace(/\.$/, '')}。使えるオプション: ${known.join(', ')}`,
    });
  }
}

function readHeader(header: string, line: string): HttpHeader {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(header) ?? [];
  if (name === undefined || value === undefined || value === '') {
    throw refused(line, {
      en: `${header} is no header: write 'NAME: VALUE'.`,
      ja: `${header} はヘッダーとして読めません。'名前: 値' と書いてください。`,
    });
  }
  if (value.endsWith(MASK)) throw refused(line, MASKED);
  return { name, value };
}

/** `--resolve HOST:PORT:ADDRESS`: with one URL there is one host. */
function resolved(entries: readonly string[], line: string): string | undefined {
  const [entry] = entries;
  if (entry === undefined) return undefined;
  const address = /^[^:]+:\d+:([\d.]+)$/.exec(entry)?.[1] ?? '';
  if (entries.length > 1 || !isIPv4(address)) throw refused(line, RESOLVE);
  return address;
}

const MASK = '***';

const SECRET_NAME = /^(?:(?:proxy-)?authorization|cookie|x-api-key)$/i;

/** A command line's word with a header whose value nobody else should read: credentials. */
const SECRET = /^((?:-H|--header=)?(?:(?:proxy-)?authorization|cookie|x-api-key):\s*).*$/is;

/** A command line without the values of headers that carry credentials. */
export function masked(line: string): string {
  const words = wordsOf(line);
  if (!words) return 'curl';
  const shown = words.map((word) => word.replace(SECRET, `$1${MASK}`));
  return shown.some((word, index) => word !== words[index]) ? join(shown) : line;
}

/** Headers without the values that carry credentials. */
export function maskedHeaders(headers: readonly HttpHeader[]): readonly HttpHeader[] {
  return headers.map((header) => (SECRET_NAME.test(header.name) ? { ...header, value: MASK } : header));
}

/** Undefined: a quotation mark is not closed. */
function wordsOf(line: string): readonly string[] | undefined {
  try {
    return split(line);
  } catch {
    return undefined;
  }
}

function refused(line: string, { en, ja }: Text): TargetError {
  return new TargetError({ en: `${masked(line)}: ${en}`, ja: `${masked(line)}: ${ja}` });
}

const NOT_CLOSED: Text = { en: 'a quotation mark is not closed.', ja: '引用符が閉じていません。' };
const ONE_URL: Text = { en: 'give curl one URL.', ja: 'curl の URL は 1 つにしてください。' };
const NO_FILES: Text = {
  en: 'a body from a file is not sent: write it out.',
  ja: 'ファイルの本文は送れません。本文を直接書いてください。',
};
const RESOLVE: Text = {
  en: 'write --resolve HOST:PORT:ADDRESS once, with an IPv4 address.',
  ja: '--resolve は ホスト:ポート:IPv4 アドレス の形で 1 つだけ書いてください。',
};
const MASKED: Text = {
  en: 'the value of that header was not kept: write it again.',
  ja: 'このヘッダーの値は保存されていません。もう一度入力してください。',
};
