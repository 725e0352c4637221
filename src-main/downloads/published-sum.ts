import { algorithmName, isSum, type Algorithm } from '../bundle/sum.ts';
import { DownloadError, shownUrl } from './download-error.ts';
import { readAll } from './read-all.ts';
import type { WebClient } from './web-client.ts';

/** Bytes; a release with a hundred files has 10 kB. */
const LARGEST = 1 << 20;

/**
 * The sum that a file's publisher has beside it, read over TLS.
 * @param sums its address @param url the file's
 * @throws DownloadError, also where what is there is no sum of that file
 */
export async function publishedSum(
  web: Pick<WebClient, 'fetch'>,
  sums: string,
  url: string,
  { signal, algorithm = 'sha256' }: { signal: AbortSignal; algorithm?: Algorithm },
): Promise<string> {
  const bytes = await readAll(await web.fetch(sums, { signal, unpinned: true }), LARGEST);
  if (!bytes) throw unusable(sums, algorithm, { en: 'it is too large', ja: '大きすぎます' });
  return sumIn(bytes.toString('utf8'), sums, url, algorithm);
}

/**
 * From a file of sums: one alone, or lines of `SUM  NAME` (sha256sum) or `SHA256 (NAME) = SUM` (BSD).
 * @returns lower-case hex. @throws DownloadError that says what is there instead
 */
export function sumIn(text: string, sums: string, url: string, algorithm: Algorithm = 'sha256'): string {
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  const wrong = (why: { en: string; ja: string }) => unusable(sums, algorithm, why);
  if (text.trim() === '') throw wrong({ en: 'it is empty', ja: '空です' });
  if (/^\s*</.test(text)) throw wrong({ en: 'it is a web page', ja: 'Web ページです' });
  const alone = text.trim();
  if (isSum(alone, algorithm)) return alone.toLowerCase();
  const lines = text.split(/\r?\n/).flatMap((line) => read(line, algorithm));
  const found = new Set(lines.filter((line) => line.name === name).map(({ sum }) => sum));
  const [sum] = found;
  if (found.size > 1) throw wrong({ en: `it has two sums for ${name}`, ja: `${name} のハッシュが 2 つあります` });
  if (sum !== undefined) return sum;
  const [other] = lines;
  const called = algorithmName(algorithm);
  if (!other) throw wrong({ en: `it has no ${called}`, ja: `${called} がありません` });
  throw wrong({ en: `it names ${other.name}, and not ${name}`, ja: `${name} ではなく ${other.name} のものです` });
}

function read(line: string, algorithm: Algorithm): { name: string; sum: string }[] {
  const [, before, file] = /^([0-9a-fA-F]+) [ *]?(\S.*)$/.exec(line.trim()) ?? [];
  const [, kind, bsd, after] = /^(SHA\d{3}) \((.+)\) = ([0-9a-fA-F]+)$/.exec(line.trim()) ?? [];
  const sum = before ?? (kind?.toLowerCase() === algorithm ? after : undefined);
  const path = file ?? bsd;
  return sum === undefined || path === undefined || !isSum(sum, algorithm)
    ? []
    : [{ name: path.split('/').at(-1) ?? '', sum: sum.toLowerCase() }];
}

function unusable(sums: string, algorithm: Algorithm, why: { en: string; ja: string }): DownloadError {
  const at = shownUrl(sums);
  const sum = algorithmName(algorithm);
  return new DownloadError('wrong-sum', sums, {
    en: `${at} should have the ${sum} of a file, but ${why.en}: try again; if it stays so, check \`mirrors\` and \`proxy\` in the lab file.`,
    ja: `${at} にファイルの ${sum} があるはずですが、${why.ja}。もう一度実行し、変わらなければラボファイルの \`mirrors\` と \`proxy\` を確かめてください。`,
  });
}
