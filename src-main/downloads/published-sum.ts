import { DownloadError, shownUrl } from './download-error.ts';
import { readAll } from './read-all.ts';
import type { WebClient } from './web-client.ts';

/** Bytes; a release with a hundred files has 10 kB. */
const LARGEST = 1 << 20;

/**
 * The SHA-256 that a file's publisher has beside it, read over TLS.
 * @param sums its address @param url the file's
 * @throws DownloadError, also where what is there is no sum of that file
 */
export async function publishedSum(
  web: Pick<WebClient, 'fetch'>,
  sums: string,
  url: string,
  signal: AbortSignal,
): Promise<string> {
  const bytes = await readAll(await web.fetch(sums, { signal, unpinned: true }), LARGEST);
  if (!bytes) throw unusable(sums, { en: 'it is too large', ja: '大きすぎます' });
  return sumIn(bytes.toString('utf8'), sums, url);
}

/**
 * From a file of sums: one alone, or lines of `SHA256  NAME` (sha256sum) or `SHA256 (NAME) = SHA256` (BSD).
 * @returns lower-case hex. @throws DownloadError that says what is there instead
 */
export function sumIn(text: string, sums: string, url: string): string {
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  if (text.trim() === '') throw unusable(sums, { en: 'it is empty', ja: '空です' });
  if (/^\s*</.test(text)) throw unusable(sums, { en: 'it is a web page', ja: 'Web ページです' });
  const alone = /^\s*([0-9a-fA-F]{64})\s*$/.exec(text)?.[1];
  if (alone !== undefined) return alone.toLowerCase();
  const lines = text.split(/\r?\n/).flatMap((line) => read(line));
  const found = new Set(lines.filter((line) => line.name === name).map(({ sum }) => sum));
  const [sum] = found;
  if (found.size > 1) {
    throw unusable(sums, { en: `it has two sums for ${name}`, ja: `${name} のハッシュが 2 つあります` });
  }
  if (sum !== undefined) return sum;
  const [other] = lines;
  if (!other) throw unusable(sums, { en: 'it has no SHA-256', ja: 'SHA-256 がありません' });
  throw unusable(sums, {
    en: `it names ${other.name}, and not ${name}`,
    ja: `${name} ではなく ${other.name} のものです`,
  });
}

function read(line: string): { name: string; sum: string }[] {
  const [, before, file] = /^([0-9a-fA-F]{64}) [ *]?(\S.*)$/.exec(line.trim()) ?? [];
  const [, bsd, after] = /^SHA256 \((.+)\) = ([0-9a-fA-F]{64})$/.exec(line.trim()) ?? [];
  const sum = before ?? after;
  const path = file ?? bsd;
  return sum === undefined || path === undefined
    ? []
    : [{ name: path.split('/').at(-1) ?? '', sum: sum.toLowerCase() }];
}

function unusable(sums: string, why: { en: string; ja: string }): DownloadError {
  const at = shownUrl(sums);
  return new DownloadError('wrong-sum', sums, {
    en: `${at} should have the SHA-256 of a file, but ${why.en}: try again; if it stays so, check \`mirrors\` and \`proxy\` in the lab file.`,
    ja: `${at} にファイルの SHA-256 があるはずですが、${why.ja}。もう一度実行し、変わらなければラボファイルの \`mirrors\` と \`proxy\` を確かめてください。`,
  });
}
