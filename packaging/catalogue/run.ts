import { join } from 'node:path';
import { publishers } from './network.ts';
import { check, checkVmImages, pin } from './tell.ts';

/*
 * npm run catalogue:pin                 fills in what resources/catalogue.json does not have yet
 * npm run catalogue:check [-- --whole]  compares every pin with what is served; --whole reads every file to its end
 *
 * Both compare the images that VMs boot, in resources/vm-images.json, with the sums beside them: these are pinned by hand.
 *
 * For maintainers, on a computer with internet. HOPLAB_MIRROR is the base address of a mirror.
 */
const [verb, ...options] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const resource = (name: string) => join(import.meta.dirname, '..', '..', 'resources', name);
const errand = {
  file: resource('catalogue.json'),
  network: await publishers(process.env['HOPLAB_MIRROR']?.replace(/\/$/, '') || undefined),
  say,
  onAsk: (where: string) => process.stderr.write(`${where}\n`),
  whole: options.includes('--whole'),
};
const installed = await (verb === 'pin' ? pin : check)(errand);
const booted = await checkVmImages({ ...errand, file: resource('vm-images.json') });
process.exitCode = Math.max(installed, booted);
