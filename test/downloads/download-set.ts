import { Cache } from '../../src-main/downloads/cache.ts';
import { Downloads } from '../../src-main/downloads/downloads.ts';
import type { BundleIndex } from '../../src-main/bundle/bundle-index.ts';
import { webClient } from '../../src-main/downloads/web-client.ts';

/*
 * `node download-set.ts FOLDER MIRROR`, with an index of files as JSON on the standard input: another Hoplab that downloads it. Prints
 * for whom it waited.
 */
const [folder = '', base = ''] = process.argv.slice(2);
let text = '';
for await (const piece of process.stdin) text += String(piece);
const web = webClient({ mirrors: { base, hosts: {} } });
const registry = { manifest: none, blob: none };
const downloads = new Downloads(JSON.parse(text) as BundleIndex, { cache: new Cache(folder), web, registry });
await downloads.fetch({
  signal: new AbortController().signal,
  onProgress: ({ waiting }) => {
    if (waiting) console.log(waiting.en);
  },
});
await web.close();

function none(): never {
  throw new Error('there are no images');
}
