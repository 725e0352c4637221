import { registryOf } from './docker-credentials.ts';
import { DownloadError } from './download-error.ts';

export function otherDigest(
  url: string,
  { what, wanted, found }: { what: string; wanted: string; found: string },
): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('other-digest', url, {
    en: `${host} answered with ${found} for ${what}, which has to be ${wanted}: the image was replaced there, or the mirror is wrong. Check \`mirrors\` in the lab file, and ask who runs ${host}.`,
    ja: `${host} が ${what} として返したのは ${found} で、${wanted} ではありません。イメージが差し替えられたか、ミラーの内容が違います。ラボファイルの \`mirrors\` を確かめ、${host} の管理者に問い合わせてください。`,
  });
}

/** An answer that is no manifest of an image. `why` is English, for experts. */
export function noManifest(url: string, what: string, why: string): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('status', url, {
    en: `${host} did not answer with a manifest for ${what} (${why}): check \`mirrors\` in the lab file.`,
    ja: `${host} が ${what} のマニフェストを返しませんでした (${why})。ラボファイルの \`mirrors\` を確かめてください。`,
  });
}

/** @param problem why a saved login could not be read, in English */
export function loginWanted(url: string, what: string, problem: string | undefined): DownloadError {
  const { host } = new URL(url);
  const why = problem === undefined ? '' : ` (${problem})`;
  return new DownloadError('registry-login', url, {
    en: `${host} wants a login for ${what}, or has no such image${why}: check the name, and run \`docker login ${registryOf(host)}\`.`,
    ja: `${host} が ${what} にログインを求めているか、そのイメージがありません${why}。名前を確かめ、\`docker login ${registryOf(host)}\` を実行してください。`,
  });
}

/** A login was sent. */
export function loginRefused(url: string, what: string): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('registry-login', url, {
    en: `${host} rejected the saved login for ${what}: run \`docker login ${registryOf(host)}\` again, as a user who may read it.`,
    ja: `${host} が ${what} への保存済みのログインを拒否しました。それを読み取れるユーザーで \`docker login ${registryOf(host)}\` をもう一度実行してください。`,
  });
}

/** A challenge that Hoplab cannot, or must not, answer. `why` is English, for experts. */
export function oddChallenge(url: string, why: string): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('registry-login', url, {
    en: `${host} asks for a login in a way that cannot be used (${why}): check \`mirrors\` in the lab file.`,
    ja: `${host} が求めるログイン方法には対応できません (${why})。ラボファイルの \`mirrors\` を確かめてください。`,
  });
}
