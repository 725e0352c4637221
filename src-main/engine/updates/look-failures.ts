import type { Text } from '../../contract/text.ts';
import { DownloadError, type DownloadFailure } from '../../downloads/download-error.ts';
import { NetworkSettingsError } from '../../downloads/network-settings.ts';

/**
 * Why a look read nothing, for the end of a sentence: downloads say more, and name the lab file, which has nothing to do with this.
 * Undefined: it is a fault of Hoplab.
 */
export function lookFailure(error: unknown): Text | undefined {
  if (error instanceof NetworkSettingsError) {
    const { en, ja } = error.text;
    return { en: en.replace(/\.$/, ''), ja: ja.replace(/。$/, '') };
  }
  return error instanceof DownloadError ? REASONS[error.kind] : undefined;
}

const STATUS = { en: 'the answer was an error or not a list of releases', ja: 'エラーか、リリースの一覧ではない応答' };
const PROXY = { en: 'the proxy cannot be used', ja: 'プロキシを使えません' };
const CERTIFICATE = { en: 'the TLS connection failed', ja: 'TLS 接続に失敗しました' };
const CUT = { en: 'the connection broke', ja: '接続が切れました' };
const FORBIDDEN = {
  en: 'access was refused, perhaps after too many requests from this network',
  ja: '拒否されました (このネットワークからのリクエストが多すぎる可能性があります)',
};

const REASONS: Readonly<Record<DownloadFailure, Text>> = {
  'no-network': { en: 'this computer has no way there', ja: 'このコンピューターから届きません' },
  dns: { en: 'the name of the host was not found', ja: 'ホストの名前が見つかりません' },
  refused: { en: 'the connection was refused', ja: '接続が拒否されました' },
  timeout: { en: 'no answer came in time', ja: '時間内に応答がありません' },
  tls: CERTIFICATE,
  clock: {
    en: "the certificate does not fit this computer's clock",
    ja: '証明書がこのコンピューターの時計と合いません',
  },
  proxy: PROXY,
  'proxy-login': { en: 'the proxy wants a user and password', ja: 'プロキシがユーザーとパスワードを求めています' },
  'web-page': { en: 'a login page of this network answered', ja: 'このネットワークのログインページが応答しました' },
  forbidden: FORBIDDEN,
  'too-many': FORBIDDEN,
  'not-found': { en: 'nothing is at that address', ja: 'そのアドレスには何もありません' },
  legal: STATUS,
  cut: CUT,
  'wrong-sum': STATUS,
  'disk-full': STATUS,
  'other-digest': STATUS,
  'registry-login': STATUS,
  status: STATUS,
  busy: STATUS,
};
