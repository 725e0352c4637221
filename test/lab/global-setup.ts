import { builtCli } from '../set-up/built.ts';
import { down, info, up } from './lab.ts';
import { missing, unable } from './script.ts';
import { setUpLab } from './set-up-lab.ts';

/** Bare machines before the first lab test; nothing left after the last, unless HOPLAB_LAB_KEEP is set. */
export async function setup(): Promise<void> {
  const reason = await unable();
  if (reason !== undefined) throw new Error(`no lab on this computer: ${reason}`);
  if ((await missing()).length > 0) {
    if ((await setUpLab()) !== 0) throw new Error('lab setup failed; the reason is above');
  }
  builtCli();
  if ((await info()).up) {
    console.log('A lab is up: it is taken down, the tests need bare machines.');
    await down();
  }
  await up();
}

export async function teardown(): Promise<void> {
  if (process.env['HOPLAB_LAB_KEEP'] === undefined) await down();
}
