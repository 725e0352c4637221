import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { knownHostsFile } from './home.ts';
import { unusableHome } from './refusals.ts';

/**
 * Makes Hoplab's own folder, and `folder` in it, unless they are there, and looks whether they can be used: before anything
 * else is touched. @throws Refused
 */
export function prepareHome(home: string, folder = home): void {
  try {
    for (const each of [home, folder]) {
      makeFolder(each);
      accessSync(each, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    const hosts = knownHostsFile(home);
    if (kindOf(hosts) === 'folder') throw Object.assign(new Error(`${hosts} is a folder`), { code: 'EISDIR' });
    if (kindOf(hosts)) accessSync(hosts, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw unusableHome(home, error);
  }
}

/** Folder by folder: Node's own `recursive` never ends where mkdir says ENOENT of a folder that is there, as in /proc. */
function makeFolder(path: string): void {
  if (kindOf(path) === 'folder') return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (kindOf(path) !== 'folder') throw error; // another Hoplab may have made it meanwhile
  }
}

function kindOf(path: string): 'folder' | 'other' | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && (stats.isDirectory() ? 'folder' : 'other');
}
