import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bin, builtCli } from '../set-up/built.ts';
import { info, missing, runHere, script } from './script.ts';

/**
 * Makes what the lab is made of and is not there: programs and images from their publishers by `hoplab bundle create`, where those can
 * be reached, else from source. HOPLAB_LAB_BUILD=1 always builds. @returns an exit code
 */
export async function setUpLab(): Promise<number> {
  const parts = await missing();
  const haveToBuild = parts.some((part) => part.startsWith('bin/'));
  if (haveToBuild && !(process.env['HOPLAB_LAB_BUILD'] === undefined && (await takePublished()))) {
    console.log(`lab setup: ${String(parts.length)} parts are built from source; all of them take 20 to 35 minutes.`);
  }
  return runHere(script, ['setup']);
}

/** False, after Hoplab has said why, when not everything could be downloaded. */
async function takePublished(): Promise<boolean> {
  console.log('lab setup: programs and images are downloaded from their publishers (hoplab bundle create).');
  const { bundle, kubernetes } = await info();
  const folder = dirname(bundle);
  const file = join(folder, 'published.tar');
  const create = ['bundle', 'create', '--arch', 'amd64', '--kubernetes', kubernetes, file];
  const env = { HOPLAB_HOME: join(folder, 'downloads') };
  try {
    if ((await runHere(bin('node'), [builtCli(), ...create], { env })) !== 0) return false;
    return (await runHere(script, ['take-bundle', file])) === 0;
  } finally {
    rmSync(file, { force: true });
  }
}
