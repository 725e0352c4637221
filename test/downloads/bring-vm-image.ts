import { parseVmImages } from '../../src-main/bundle/vm-image-catalogue.ts';
import { Cache } from '../../src-main/downloads/cache.ts';
import { VmImages } from '../../src-main/downloads/vm-images.ts';
import { webClient } from '../../src-main/downloads/web-client.ts';

/*
 * `node bring-vm-image.ts FOLDER MIRROR`, with a catalogue of images as JSON on the standard input: another Hoplab that brings one.
 * Prints for whom it waited, and where the image is then.
 */
const [folder = '', base = ''] = process.argv.slice(2);
let text = '';
for await (const piece of process.stdin) text += String(piece);
const web = webClient({ mirrors: { base, hosts: {} } });
const images = new VmImages({ cache: new Cache(folder), web }, parseVmImages(JSON.parse(text)));
const { path } = await images.bring('debian-12', 'amd64', {
  signal: new AbortController().signal,
  onProgress: ({ waiting }) => {
    if (waiting) console.log(waiting.en);
  },
});
console.log(path);
await web.close();
