import { addressOf } from '../address-of.ts';
import { DownloadError } from './download-error.ts';
import type { NetworkSettings } from './web-client.ts';

/** Milliseconds that an answer is used: a computer moves between networks. */
const KEPT = 60_000;

/**
 * The system's proxy for an address.
 * @param resolve asks the system about an origin, as Chromium does: its answer has the form of a PAC script's
 */
export function systemProxy(
  resolve: (origin: string) => Promise<string>,
  now: () => number = Date.now,
): NonNullable<NetworkSettings['systemProxy']> {
  const kept = new Map<string, { readonly proxy: string | undefined; readonly until: number }>();
  return async (url) => {
    const { origin } = new URL(url);
    const last = kept.get(origin);
    if (last && now() < last.until) return last.proxy;
    const proxy = proxyOfPac(await resolve(origin), origin);
    kept.set(origin, { proxy, until: now() + KEPT });
    return proxy;
  };
}

const SCHEMES: Readonly<Record<string, string>> = { PROXY: 'http', HTTP: 'http', HTTPS: 'https' };

/**
 * The first proxy of a PAC script's answer that can be used, such as `http://HOST:PORT` for `SOCKS5 …; PROXY HOST:PORT; DIRECT`; undefined
 * where the address is reached directly. No login is in it: systems keep that elsewhere. @throws DownloadError where there is none
 */
export function proxyOfPac(answer: string, url: string): string | undefined {
  const entries = answer
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const entry of entries) {
    const [kind = '', place = ''] = entry.split(/\s+/);
    if (kind.toUpperCase() === 'DIRECT') return undefined;
    const scheme = SCHEMES[kind.toUpperCase()];
    const proxy = scheme === undefined ? undefined : addressOf(`${scheme}://${place}`);
    if (proxy?.pathname === '/') return proxy.origin;
  }
  if (entries.length > 0) throw noUsableProxy(url, entries.join('; '));
  return undefined;
}

function noUsableProxy(url: string, answer: string): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('proxy', url, {
    en: `The system's proxy for ${host} cannot be used (${answer}): SOCKS proxies are not supported. Set \`proxy: http://HOST:PORT\` in the lab file to an HTTP proxy.`,
    ja: `${host} へ接続するためのシステムのプロキシ (${answer}) は使えません。SOCKS プロキシには対応していません。ラボファイルに \`proxy: http://ホスト:ポート\` の形で HTTP プロキシを指定してください。`,
  });
}
