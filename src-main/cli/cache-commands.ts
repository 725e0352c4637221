import type { BundleLine } from '../contract/bundles.ts';
import { inUnits } from '../contract/in-units.ts';
import type { Text } from '../contract/text.ts';
import { Cache } from '../downloads/cache.ts';
import { namedBlobs } from '../downloads/kept-indexes.ts';
import { cacheFolder, hoplabHome } from '../engine/home.ts';
import type { Settings } from './command-settings.ts';

/** Lists what was downloaded, the last used first, and what it is of. */
export async function cacheList({ terminal, language, json }: Settings): Promise<number> {
  const cache = new Cache(cacheFolder(hoplabHome()));
  const [blobs, names, whole] = await Promise.all([cache.list(), namedBlobs(cache), cache.bytes()]);
  const none: Text = { en: 'not named by any known version', ja: '既知のどのバージョンにも属さない' };
  for (const { sha256, size, used } of blobs) {
    const what = names.get(sha256);
    const line: BundleLine = { event: 'cached', sha256, bytes: size, used: used.toISOString(), ...(what && { what }) };
    if (json) terminal.printJson(line);
    else
      terminal.print([sha256.slice(0, 12), inUnits(size), line.used.slice(0, 10), what ?? none[language]].join('  '));
  }
  const sum: Text = {
    en: `${blobs.length} files and layers, ${inUnits(whole)}, in ${cache.folder}`,
    ja: `ファイルとレイヤー ${blobs.length} 個、${inUnits(whole)}、${cache.folder}`,
  };
  if (!json) terminal.print(sum[language]);
  return 0;
}

/** Removes what no known version names, and what broken downloads have left; with `all`, everything. @throws DownloadError */
export async function cachePrune(
  { terminal, language, json }: Settings,
  { all = false }: { all?: boolean },
): Promise<number> {
  const cache = new Cache(cacheFolder(hoplabHome()));
  const keep = all ? new Set<string>() : new Set((await namedBlobs(cache)).keys());
  const { files, bytes } = await cache.prune(keep);
  const line: BundleLine = { event: 'cache-pruned', files, bytes };
  const text: Text = {
    en: `Removed ${files} files, ${inUnits(bytes)}`,
    ja: `ファイル ${files} 個 (${inUnits(bytes)}) を削除した`,
  };
  if (json) terminal.printJson(line);
  else terminal.print(text[language]);
  return 0;
}
