import { compare, parse, prerelease } from 'semver';
import { z } from 'zod';
import { DownloadError } from '../../downloads/download-error.ts';
import { readAll } from '../../downloads/read-all.ts';
import type { WebClient } from '../../downloads/web-client.ts';

/** GitHub's API: https://docs.github.com/en/rest/releases/releases#list-releases */
export const API = 'api.github.com';

/** Bytes. A release has its notes and every file in the answer: thirty have less than a megabyte. */
const LARGEST = 8 << 20;

export interface Release {
  /** Without `v`. */
  readonly version: string;
  readonly tag: string;
}

const releasesSchema = z.array(
  z.object({ tag_name: z.string(), draft: z.boolean().default(false), prerelease: z.boolean().default(false) }),
);

/**
 * The newest release of a project; to a stable version no prerelease is one. Undefined: there is none.
 * @param page `https://github.com/OWNER/NAME` @throws DownloadError, or the signal's reason
 */
export async function newestRelease(
  page: string,
  current: string,
  web: Pick<WebClient, 'fetch'>,
  signal: AbortSignal,
): Promise<Release | undefined> {
  const url = `https://${API}/repos${new URL(page).pathname}/releases?per_page=30`;
  const headers = { accept: 'application/vnd.github+json' };
  const bytes = await readAll(await web.fetch(url, { signal, unpinned: true, headers }), LARGEST);
  const releases = releasesSchema.safeParse(bytes && plain(bytes.toString('utf8')));
  if (!releases.success) throw noList(url);
  const stable = prerelease(current) === null;
  return releases.data
    .filter((release) => !release.draft && !(stable && release.prerelease))
    .flatMap(({ tag_name: tag }) => ({ tag, version: parse(tag)?.version ?? '' }))
    .filter(({ version }) => version !== '' && !(stable && prerelease(version)))
    .sort((one, other) => compare(other.version, one.version))[0];
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it
  }
}

function noList(url: string): DownloadError {
  const { host } = new URL(url);
  return new DownloadError('status', url, {
    en: `${host} did not answer with a list of releases.`,
    ja: `${host} の応答はリリースの一覧ではありません。`,
  });
}
