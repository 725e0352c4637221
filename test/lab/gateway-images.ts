import { execFileSync } from 'node:child_process';
import { stages } from '../../src-main/stages/index.ts';
import { script } from './script.ts';

const missing = execFileSync(script, ['images-missing'], { encoding: 'utf8' }).split('\n').filter(Boolean);

/** Whether NGINX Gateway Fabric's images are on this computer. */
export const hasGateway = missing.length === 0;

/** The stages that this computer's lab can reach: without the Gateway's images those before it. */
export const reachable = hasGateway
  ? stages
  : stages.slice(
      0,
      stages.findIndex(({ id }) => id === 'gateway'),
    );

/** The command that rolls all of them out. */
export const UP = hasGateway ? (['up'] as const) : (['up', '--to', reachable.at(-1)?.id ?? ''] as const);

if (!hasGateway) {
  console.log(
    `SKIPPED: all that needs the Gateway, as no image archive has ${missing.join(' and ')}: test/lab/README.md says how it gets here`,
  );
}
