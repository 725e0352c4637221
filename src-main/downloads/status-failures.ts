import { STATUS_CODES } from 'node:http';
import type { Text } from '../contract/text.ts';
import { DownloadError, shownUrl, type DownloadFailure } from './download-error.ts';

/** A status that is no answer with a file. @param retryAfter the header of that name */
export function statusFailure(
  status: number,
  { url, retryAfter, now = Date.now() }: { url: string; retryAfter: string | null; now?: number },
): DownloadError {
  const kind = KINDS[status] ?? 'status';
  const wait = waitOf(retryAfter, now);
  const { host, protocol } = new URL(url);
  const line = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const told = kind === 'too-many' ? limited(host, wait) : SENTENCES[kind]?.(host, protocol);
  const answered: Text = {
    en: `${host} answered ${line} for ${shownUrl(url)}`,
    ja: `${host} が ${shownUrl(url)} に ${line} と応答しました`,
  };
  const remedy = told ?? (status >= 500 ? BROKEN : OTHER);
  const text = { en: `${answered.en}: ${remedy.en}`, ja: `${answered.ja}。${remedy.ja}` };
  return new DownloadError(kind, url, text, { retryable: RETRYABLE.has(status), retryAfter: wait });
}

/** A proxy's answer to CONNECT, or 407 to a request. @param origin of the proxy, such as `http://HOST:PORT` */
export function proxyStatusFailure(status: number, { url, origin }: { url: string; origin: string }): DownloadError {
  const { host, protocol } = new URL(url);
  const { host: proxy, protocol: scheme } = new URL(origin);
  if (status === 407) {
    const set = `${protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'}=${scheme}//USER:PASSWORD@${proxy}`;
    return new DownloadError('proxy-login', url, {
      en: `The proxy ${proxy} wants a user and password for ${host} (407): set ${set} in the environment of Hoplab, and no \`proxy\` in the lab file.`,
      ja: `プロキシ ${proxy} が ${host} への接続にユーザーとパスワードを求めています (407)。ラボファイルに \`proxy\` を書かず、Hoplab の環境変数に ${set} を設定してください。`,
    });
  }
  const line = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const text = {
    en: `The proxy ${proxy} does not connect to ${host} (${line}): ask its administrators to allow that host, or set \`mirrors\` in the lab file.`,
    ja: `プロキシ ${proxy} が ${host} へ中継しません (${line})。プロキシの管理者に許可を依頼するか、ラボファイルの \`mirrors\` を指定してください。`,
  };
  return new DownloadError(KINDS[status] ?? 'status', url, text, { retryable: RETRYABLE.has(status) });
}

/** A web page where a file or JSON was expected. */
export function webPage(url: string): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('web-page', url, {
    en: `A web page came instead of ${shownUrl(url)}: your proxy or a login page answered for ${host}. Log in to the network with a browser, or check \`proxy\` and \`mirrors\` in the lab file.`,
    ja: `${shownUrl(url)} の代わりに Web ページが届きました。${host} の代わりにプロキシかログインページが応答しています。ブラウザーでネットワークにログインするか、ラボファイルの \`proxy\` と \`mirrors\` を確かめてください。`,
  });
}

const KINDS: Readonly<Record<number, DownloadFailure>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  407: 'proxy-login',
  410: 'not-found',
  429: 'too-many',
  451: 'legal',
  511: 'web-page',
};

const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

const OTHER: Text = {
  en: 'check the address (`mirrors` in the lab file).',
  ja: 'アドレス (ラボファイルの `mirrors`) を確かめてください。',
};

const BROKEN: Text = {
  en: 'the server has a problem; run it again later, or choose a mirror (`mirrors` in the lab file).',
  ja: 'サーバー側の問題です。あとでもう一度実行するか、ラボファイルの `mirrors` でミラーを選んでください。',
};

const SENTENCES: Partial<Record<DownloadFailure, (host: string, protocol: string) => Text>> = {
  forbidden: (host, protocol) => ({
    en: `access is not allowed. If ${host} is a mirror that wants a login, set HOPLAB_MIRROR=${protocol}//USER:PASSWORD@${host} (with its folder) in the environment of Hoplab, and no \`mirrors\` in the lab file; otherwise a proxy or the server blocks it, and another mirror may help.`,
    ja: `アクセスが許可されていません。${host} がログインの必要なミラーなら、ラボファイルに \`mirrors\` を書かず、Hoplab の環境変数に HOPLAB_MIRROR=${protocol}//USER:PASSWORD@${host} (フォルダーがあれば続ける) を設定してください。そうでなければプロキシかサーバーが遮断しているので、別のミラーを選んでください。`,
  }),
  'not-found': (host) => ({
    en: `it is not there. Check \`mirrors\` in the lab file if ${host} is a mirror, and the version otherwise.`,
    ja: `そこにはありません。${host} がミラーならラボファイルの \`mirrors\` を、そうでなければバージョンを確かめてください。`,
  }),
  legal: () => ({
    en: 'it may not be served here for legal reasons. Use a bundle, or choose a mirror (`mirrors` in the lab file).',
    ja: '法的な理由により、この場所には提供されません。バンドルを使うか、ラボファイルの `mirrors` でミラーを選んでください。',
  }),
  'web-page': () => ({
    en: 'this network asks for a login. Log in with a browser.',
    ja: 'このネットワークはログインを求めています。ブラウザーでログインしてください。',
  }),
};

function limited(host: string, wait: number | undefined): Text {
  const seconds = wait === undefined ? undefined : Math.ceil(wait / 1000);
  return {
    en: `too many requests came from this network${seconds === undefined ? '' : `; ${host} asks to wait ${seconds} s`}. Run it again later, or choose a mirror (\`mirrors\` in the lab file).`,
    ja: `このネットワークからのリクエストが多すぎます${seconds === undefined ? '' : ` (${host} は ${seconds} 秒待つよう求めています)`}。あとでもう一度実行するか、ラボファイルの \`mirrors\` でミラーを選んでください。`,
  };
}

/** Milliseconds of Retry-After, which is seconds or a date (RFC 9110, 10.2.3). */
function waitOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
