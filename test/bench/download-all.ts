import type { BundleIndex } from '../../src-main/bundle/bundle-index.ts';
import type { Cache } from '../../src-main/downloads/cache.ts';
import { Downloads } from '../../src-main/downloads/downloads.ts';
import { webClient } from '../../src-main/downloads/web-client.ts';

/** Downloads all files of an index from a mirror into an empty cache. */
export async function downloadAll(cache: Cache, base: string, index: BundleIndex): Promise<void> {
  const web = webClient({ mirrors: { base, hosts: {} } });
  const downloads = new Downloads(index, { cache, web, registry: { manifest: none, blob: none } });
  await downloads.fetch({ signal: new AbortController().signal, onProgress: () => undefined });
  await web.close();
  if (!(await downloads.items(new AbortController().signal)).every(({ have }) => have))
    throw new Error('not all has come');
}

function none(): never {
  throw new Error('there are no images');
}
