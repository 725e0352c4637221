import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './built.ts';

/** What the older Electron of the tests needs: it is fetched as described there. */
const getElectron = join(root, '..', 'shared', 'electron', 'get-electron');

/** The folder of the Electron that the tests run: the one that is named, else the one that is fetched; undefined: there is none. */
export function testElectron(): string | undefined {
  return process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? fetched();
}

function fetched(): string | undefined {
  if (!existsSync(getElectron)) return undefined;
  const { status, stdout } = spawnSync(getElectron, { encoding: 'utf8' });
  const folder = stdout.trim().split('\n').at(-1);
  return status === 0 && folder ? folder : undefined;
}
