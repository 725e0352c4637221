import { join } from 'node:path';
import { publishers } from './network.ts';
import { check, pin } from './tell.ts';

/*
 * npm run catalogue:pin                 fills in what resources/catalogue.json does not have yet
 * npm run catalogue:check [-- --whole]  compares every pin with what is served; --whole reads every file to its end
 *
 * For maintainers, on a computer with internet. HOPLAB_MIRROR is the base address of a mirror.
 */
const [verb, ...options] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
process.exitCode = await (verb === 'pin' ? pin : check)({
  file: join(import.meta.dirname, '..', '..', 'resources', 'catalogue.json'),
  network: await publishers(process.env['HOPLAB_MIRROR']?.replace(/\/$/, '') || undefined),
  say,
  onAsk: (where) => process.stderr.write(`${where}\n`),
  whole: options.includes('--whole'),
});
