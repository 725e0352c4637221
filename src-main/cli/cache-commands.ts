import type { BundleLine } from '../contract/bundles.ts';
import { inUnits } from '../contract/in-units.ts';
import type { Text } from '../contract/text.ts';
import { Cache } from '../downloads/cache.ts';
import { namedBlobs } from '../downloads/kept-indexes.ts';
import { namedVmImages } from '../downloads/kept-vm-images.ts';
import { cacheFolder, hoplabHome } from '../engine/home.ts';
import type { Settings } from './command-settings.ts';

/** Lists what was downloaded, the last used first, and what it is of. */
export async function cacheList({ terminal, language, json }: Settings): Promise<number> {
  const cache = new Cache(cacheFolder(hoplabHome()));
  const [files, names, whole] = await Promise.all([cache.list(), named(cache), cache.bytes()]);
  const none: Text = { en: 'not named by any known version', ja: '既知のどのバージョンにも属さない' };
  for (const { sum, size, used } of files) {
    const { algorithm, hex } = sum;
    const what = names.get(hex);
    const line: BundleLine = {
      event: 'cached',
      [algorithm]: hex,
      bytes: size,
      used: used.toISOString(),
      ...(what && { what }),
    };
    if (json) terminal.printJson(line);
    else terminal.print([hex.slice(0, 12), inUnits(size), line.used.slice(0, 10), what ?? none[language]].join('  '));
  }
  const sum: Text = {
    en: `${files.length} files and layers, ${inUnits(whole)}, in ${cache.folder}`,
    ja: `ファイルとレイヤー ${files.length} 個、${inUnits(whole)}、${cache.folder}`,
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
  const keep = all ? new Set<string>() : new Set((await named(cache)).keys());
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

/** What known versions install and boot, by the hex of its sum. */
async function named(cache: Cache): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await namedBlobs(cache)), ...(await namedVmImages(cache))]);
}
