import { networkInterfaces } from 'node:os';
import { CertificateRefused, ConnectTimedOut, ProxyFailed } from './connection-errors.ts';
import { certificateFailure } from './certificate-failures.ts';
import { DownloadError } from './download-error.ts';
import { proxyStatusFailure } from './status-failures.ts';

export interface Place {
  /** The address that was asked: the mirror's, or where a redirect led. */
  readonly url: string;
  /** Seconds that a connection, and silence, may last. */
  readonly limits: { readonly connect: number; readonly silence: number };
}

/** What made a request, or its body, end early, in words. An error of Hoplab itself stays what it is. */
export function networkFailure(error: unknown, { url, limits }: Place): Error {
  if (error instanceof DownloadError) return error;
  const { host } = new URL(url);
  if (!(error instanceof ProxyFailed)) return failure(error, { url, limits, host, what: { en: host, ja: host } });
  const { origin, status, cause } = error;
  if (status !== undefined) return proxyStatusFailure(status, { url, origin });
  const { host: proxy } = new URL(origin);
  const what = { en: `The proxy ${proxy}`, ja: `プロキシ ${proxy}` };
  return failure(cause, { url, limits, host: proxy, what });
}

/** `what` is the host that failed, at the beginning of a sentence: that of the address, or the proxy. */
interface Failed extends Place {
  readonly host: string;
  readonly what: { readonly en: string; readonly ja: string };
}

function failure(error: unknown, failed: Failed): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof CertificateRefused) return certificateFailure(error, failed);
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof ConnectTimedOut || code === 'ETIMEDOUT') return late(error, failed, 'connect');
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return late(error, failed, 'silence');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return offline() ? noNetwork(error, failed) : dns(error, code, failed);
  if (UNREACHABLE.has(code)) return offline() ? noNetwork(error, failed) : noRoute(error, code, failed);
  if (code === 'ECONNREFUSED') return refused(error, failed);
  if (CUT.has(code)) return cut(error, failed);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return noTls(error, code, failed);
  return error;
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
]);
const CUT: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'HPE_INVALID_EOF_STATE',
]);

/** Whether no interface but loopback has an address. */
function offline(): boolean {
  return Object.values(networkInterfaces()).every((addresses = []) => addresses.every(({ internal }) => internal));
}

function noNetwork(cause: Error, { url }: Failed): DownloadError {
  const text = {
    en: `This computer has no network, so ${host(url)} cannot be reached: connect it, or install from a bundle (\`source: { bundle: FILE }\`).`,
    ja: `このコンピューターがネットワークにつながっていないため、${host(url)} に届きません。ネットワークにつなぐか、バンドル (\`source: { bundle: FILE }\`) からインストールしてください。`,
  };
  return new DownloadError('no-network', url, text, { cause });
}

function noRoute(cause: Error, code: string, { url, what }: Failed): DownloadError {
  const text = {
    en: `${what.en} cannot be reached (${code}): check the network, VPN and firewall of this computer, or set \`proxy\` in the lab file.`,
    ja: `${what.ja} に届きません (${code})。このコンピューターのネットワーク、VPN、ファイアウォールを確かめるか、ラボファイルの \`proxy\` を指定してください。`,
  };
  return new DownloadError('no-network', url, text, { cause });
}

function dns(cause: Error, code: string, { url, host: name, what }: Failed): DownloadError {
  const text = {
    en: `${what.en} cannot be found: the DNS of this computer does not resolve the name (${code}). Check its spelling and the network; if only a proxy leads out, set \`proxy\` in the lab file or HTTPS_PROXY.`,
    ja: `${what.ja} が見つかりません。このコンピューターの DNS で名前を解決できません (${code})。名前とネットワークを確かめてください。外へ出るのにプロキシが必要なら、ラボファイルの \`proxy\` か HTTPS_PROXY を指定してください。`,
  };
  // EAI_AGAIN: the resolver itself did not answer
  return new DownloadError('dns', url === '' ? name : url, text, { cause, retryable: code === 'EAI_AGAIN' });
}

function refused(cause: Error, { url, what }: Failed): DownloadError {
  const text = {
    en: `${what.en} refuses the connection: nothing listens there, or a firewall refuses it. Check the address (\`mirrors\` and \`proxy\` in the lab file), and that the server runs.`,
    ja: `${what.ja} が接続を拒否しました。そのポートで待ち受けているものがないか、ファイアウォールが拒否しています。アドレス (ラボファイルの \`mirrors\` と \`proxy\`) と、サーバーが動いているかを確かめてください。`,
  };
  return new DownloadError('refused', url, text, { cause });
}

function late(cause: Error, { url, what, limits }: Failed, on: 'connect' | 'silence'): DownloadError {
  const text =
    on === 'connect'
      ? {
          en: `${what.en} gave no connection within ${limits.connect} s: check the network and firewall, or set \`proxy\` or \`mirrors\` in the lab file.`,
          ja: `${what.ja} に ${limits.connect} 秒以内に接続できませんでした。ネットワークとファイアウォールを確かめるか、ラボファイルの \`proxy\` か \`mirrors\` を指定してください。`,
        }
      : {
          en: `${what.en} sent nothing for ${limits.silence} s while ${host(url)} was asked: run it again later, or choose a mirror (\`mirrors\` in the lab file).`,
          ja: `${what.ja} から ${limits.silence} 秒間何も届きませんでした。あとでもう一度実行するか、ラボファイルの \`mirrors\` でミラーを選んでください。`,
        };
  return new DownloadError('timeout', url, text, { cause, retryable: true });
}

function cut(cause: Error, { url, what }: Failed): DownloadError {
  const text = {
    en: `${what.en} closed the connection before all was there: run it again.`,
    ja: `${what.ja} との接続が、すべて届く前に切れました。もう一度実行してください。`,
  };
  return new DownloadError('cut', url, text, { cause, retryable: true });
}

function noTls(cause: Error, code: string, { url, what }: Failed): DownloadError {
  const text = {
    en: `${what.en} does not speak the TLS that was expected (${code}): check the address and port; a proxy or mirror that speaks plain HTTP is written with http://.`,
    ja: `${what.ja} との TLS 接続を確立できません (${code})。アドレスとポートを確かめてください。平文の HTTP を使うプロキシやミラーは http:// で書きます。`,
  };
  return new DownloadError('tls', url, text, { cause });
}

function host(url: string): string {
  return new URL(url).host;
}
