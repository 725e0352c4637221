import type { X509Certificate } from 'node:crypto';
import type { CertificateRefused } from './connection-errors.ts';
import { DownloadError } from './download-error.ts';

/** @param host that showed the certificate: of the address, or the proxy. @param now the clock of this computer */
export function certificateFailure(
  error: CertificateRefused,
  { url, host, now = new Date() }: { url: string; host: string; now?: Date },
): DownloadError {
  const { reason, certificate } = error;
  if (TIME.has(reason) && !isWithin(certificate, now)) return wrongTime({ url, host, now }, error);
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') return otherName({ url, host }, error);
  const issuer = lastName(certificate.issuer);
  return new DownloadError(
    'tls',
    url,
    {
      en: `${host} shows a certificate issued by "${issuer}", which this computer does not trust (${reason}): if your company inspects TLS, put the certificate of that CA into the lab file as \`ca: FILE\`; otherwise use another network.`,
      ja: `${host} の証明書の発行者「${issuer}」を、このコンピューターは信頼していません (${reason})。会社が TLS を検査しているなら、その CA の証明書をラボファイルの \`ca: FILE\` に指定してください。心当たりがなければ別のネットワークを使ってください。`,
    },
    { cause: error },
  );
}

/** Of a certificate in the chain: which one is not said. */
const TIME: ReadonlySet<string> = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);

function isWithin({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return new Date(validFrom) <= now && now <= new Date(validTo);
}

function wrongTime(
  { url, host, now }: { url: string; host: string; now: Date },
  error: CertificateRefused,
): DownloadError {
  const [from, to, here] = [error.certificate.validFrom, error.certificate.validTo, now].map(utc);
  return new DownloadError(
    'clock',
    url,
    {
      en: `The certificate of ${host} is valid from ${from} to ${to}, but the clock of this computer says ${here}: set the clock; if it is right, ask who runs ${host} for a new certificate.`,
      ja: `${host} の証明書の有効期間は ${from} から ${to} までですが、このコンピューターの時計は ${here} です。時計を合わせてください。時計が正しければ、${host} の管理者に証明書の更新を依頼してください。`,
    },
    { cause: error },
  );
}

function otherName({ url, host }: { url: string; host: string }, error: CertificateRefused): DownloadError {
  const names = error.certificate.subjectAltName ?? lastName(error.certificate.subject);
  const issuer = lastName(error.certificate.issuer);
  return new DownloadError(
    'tls',
    url,
    {
      en: `${host} shows a certificate for other names (${names}), issued by "${issuer}": check the address, or log in to this network with a browser if it asks for that.`,
      ja: `${host} が示した証明書は別の名前 (${names}) のもので、発行者は「${issuer}」です。アドレスを確かめてください。ネットワークがログインを求めている場合は、ブラウザーでログインしてください。`,
    },
    { cause: error },
  );
}

/** The common name, else the organisation, else all of a distinguished name as Node prints it: `C=JP\nO=Example\nCN=Example CA`. */
function lastName(name: string): string {
  const parts = new Map(name.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
  return parts.get('CN') ?? parts.get('O') ?? name.replaceAll('\n', ', ');
}

function utc(time: string | Date): string {
  const date = new Date(time);
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
