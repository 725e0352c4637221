import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from '../../src-main/version.ts';
import { tap } from './fill.ts';

/* `node packaging/homebrew/run.ts RELEASE TAP`: the formula and the cask of what lies in the folder RELEASE, into the folder TAP. */
const [release, folder] = process.argv.slice(2);
if (release === undefined || folder === undefined) throw new Error('node packaging/homebrew/run.ts RELEASE TAP');
for (const [name, text] of Object.entries(tap(release, version, process.env))) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
