import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { VmLab } from '../providers/provider.ts';
import type { VmRunOptions } from '../providers/vm-run.ts';
import type { SystemProxy } from './lab-access.ts';

/** The cloud image of a lab: a file of the user's, or one that is downloaded into the cache. */
export function vmImage({ machines }: VmLab, _home: string, _systemProxy: SystemProxy): VmRunOptions['image'] {
  return async () => {
    const { image } = machines;
    if ('file' in image) return { image: image.file, imageName: await nameOf(image.file) };
    throw new Error(`${image.name} is not downloaded yet`);
  };
}

/** Another one for another file in the same place. */
async function nameOf(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const sum = createHash('sha256').update(`${file}\n${size}\n${mtimeMs}`).digest('hex').slice(0, 12);
  return `${basename(file).replaceAll(/[^A-Za-z0-9.-]/g, '-')}-${sum}`;
}
