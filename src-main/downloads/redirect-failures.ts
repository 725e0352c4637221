import { DownloadError, shownUrl } from './download-error.ts';

export function tooManyRedirects(url: string, most: number): DownloadError {
  return new DownloadError('status', url, {
    en: `${shownUrl(url)} redirected more than ${most} times: check \`mirrors\` and \`proxy\` in the lab file.`,
    ja: `${shownUrl(url)} のリダイレクトが ${most} 回を超えました。ラボファイルの \`mirrors\` と \`proxy\` を確かめてください。`,
  });
}

export function insecureRedirect(from: string, to: string): DownloadError {
  return new DownloadError('tls', from, {
    en: `${shownUrl(from)} redirects to ${shownUrl(to)}, which is not encrypted: check \`mirrors\` in the lab file, or use another network.`,
    ja: `${shownUrl(from)} が暗号化されていない ${shownUrl(to)} へリダイレクトしています。ラボファイルの \`mirrors\` を確かめるか、別のネットワークを使ってください。`,
  });
}

export function insecureSource(url: string): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('tls', url, {
    en: `${shownUrl(url)} has no hash in Hoplab's catalogue and would come unencrypted: write the mirror ${host} with https:// in the lab file.`,
    ja: `${shownUrl(url)} のハッシュは Hoplab のカタログになく、暗号化なしでは検証できません。ラボファイルのミラー ${host} を https:// で書いてください。`,
  });
}
