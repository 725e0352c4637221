import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that Hoplab was checked out or installed to: where package.json and resources/ lie. */
export function appRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('Hoplab is not complete: there is no package.json beside it');
  }
}

/** The built renderer. */
export function rendererFolder(): string {
  return join(appRoot(), 'out', 'renderer');
}
