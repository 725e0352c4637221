import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { OWN_ARCH } from '../bundle/bundle-index.ts';
import type { DownloadProgress } from '../downloads/downloads.ts';
import { VmImages } from '../downloads/vm-images.ts';
import { COMPUTER } from '../contract/machines.ts';
import type { VmLab } from '../providers/provider.ts';
import type { VmRunOptions } from '../providers/vm-run.ts';
import { labNetwork, sourcesOf, type SystemProxy } from './lab-access.ts';

/** The cloud image of a lab: a file of the user's, or one that is downloaded into the cache. */
export function vmImage(lab: VmLab, home: string, systemProxy: SystemProxy): VmRunOptions['image'] {
  return async (emit, signal) => {
    const { image } = lab.machines;
    if ('file' in image) return { image: image.file, imageName: await nameOf(image.file) };
    const sources = sourcesOf(home, await labNetwork(lab, systemProxy));
    try {
      const started = performance.now();
      let last: DownloadProgress | undefined;
      const onProgress = (progress: DownloadProgress): void => {
        last = progress;
        emit({ event: 'download-progress', ...progress });
      };
      const { path, sum, note } = await new VmImages(sources).bring(image.name, OWN_ARCH, { signal, onProgress });
      const duration = Math.round(performance.now() - started);
      if (last) emit({ event: 'download-finished', bytes: last.bytes, duration });
      if (note) emit({ event: 'waiting', machine: COMPUTER, sentence: note });
      return { image: path, imageName: `${image.name}-${sum.hex.slice(0, 12)}` };
    } finally {
      await sources.web.close();
    }
  };
}

/** Of a file of the user's: another one for another file in the same place. */
export async function nameOf(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const sum = createHash('sha256').update(`${file}\n${size}\n${mtimeMs}`).digest('hex').slice(0, 12);
  const name = basename(file).replace(/\.(?:qcow2|img|raw)$/, '');
  return `${name.replaceAll(/[^A-Za-z0-9.-]/g, '-')}-${sum}`;
}
