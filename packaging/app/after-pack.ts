import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { flipFuses, getCurrentFuseWire } from '@electron/fuses';
import type { AfterPackContext } from 'electron-builder';
import { fuses } from '../fuses.ts';

/** Name of the app's program on Linux. */
export const PROGRAM = 'hoplab-desktop';

/** Before anything is signed: what node-pty starts can be started, and the fuses are set. */
export async function afterPack(context: AfterPackContext): Promise<void> {
  const { appOutDir, packager, electronPlatformName } = context;
  const mac = electronPlatformName === 'darwin';
  const name = packager.appInfo.productFilename;
  const resources = packager.getResourcesDir(appOutDir);
  const builds = join(resources, 'app.asar.unpacked', 'node_modules', '@lydell');
  for (const build of readdirSync(builds)) {
    const helper = join(builds, build, 'spawn-helper'); // macOS alone has one
    if (existsSync(helper)) chmodSync(helper, 0o755);
  }
  const program = mac ? join(appOutDir, `${name}.app`, 'Contents', 'MacOS', name) : join(appOutDir, PROGRAM);
  await setFuses(program, mac);
}

/** An older Electron, as in the tests, lacks the newest fuses: those are left out, and said. */
async function setFuses(program: string, mac: boolean): Promise<void> {
  const wire = await getCurrentFuseWire(program);
  const missing = Object.keys(fuses).filter((fuse) => !(fuse in wire));
  if (missing.length > 0 && process.env['HOPLAB_ELECTRON_DIST'] === undefined)
    throw new Error(`This Electron lacks the fuses ${missing.join(', ')}`);
  const present = Object.entries(fuses).filter(([fuse]) => fuse in wire);
  await flipFuses(program, { ...(Object.fromEntries(present) as typeof fuses), resetAdHocDarwinSignature: mac });
}
