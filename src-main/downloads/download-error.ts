import { addressOf } from '../address-of.ts';
import type { Text } from '../contract/text.ts';

export type DownloadFailure =
  | 'no-network'
  | 'dns'
  | 'refused'
  | 'timeout'
  | 'tls'
  | 'clock'
  | 'proxy'
  | 'proxy-login'
  | 'web-page'
  | 'forbidden'
  | 'not-found'
  | 'legal'
  | 'too-many'
  | 'cut'
  | 'wrong-sum'
  | 'disk-full'
  | 'other-digest'
  | 'registry-login'
  | 'status'
  | 'busy';

interface More {
  readonly retryable?: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** A download that failed, in words: the host, the cause and the remedy. */
export class DownloadError extends Error {
  readonly text: Text;
  readonly kind: DownloadFailure;
  /** That failed, without user, password and query. */
  readonly url: string;
  /** Milliseconds. */
  readonly retryAfter?: number;
  /** Whether the same attempt, later, may succeed without a change by the user. */
  readonly retryable: boolean;

  constructor(kind: DownloadFailure, url: string, text: Text, more: More = {}) {
    super(text.en, { cause: more.cause });
    this.name = 'DownloadError';
    this.kind = kind;
    this.url = shownUrl(url);
    this.text = text;
    this.retryable = more.retryable ?? false;
    if (more.retryAfter !== undefined) this.retryAfter = more.retryAfter;
  }
}

/** An address as people may see it: without user and password, and without the query, which may be a signature. Else the text itself. */
export function shownUrl(url: string): string {
  if (!addressOf(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
