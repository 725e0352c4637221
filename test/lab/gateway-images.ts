import { execFileSync } from 'node:child_process';
import { stages } from '../../src-main/stages/index.ts';
import { stagesTexts } from '../../src-renderer/texts/stages-texts.ts';
import { script } from './script.ts';

/** The images that are not on this computer. */
const missing = execFileSync(script, ['images-missing'], { encoding: 'utf8' }).split('\n').filter(Boolean);

/** Whether NGINX Gateway Fabric's images are on this computer. */
export const hasGateway = missing.length === 0;

/** The stages of a lab that asks for none besides. */
export const ofEveryLab = stages.filter(({ isPartOf }) => isPartOf === undefined);

/** Those of them that this computer's lab can reach: without the Gateway's images those before it. */
export const reachable = hasGateway
  ? ofEveryLab
  : ofEveryLab.slice(
      0,
      ofEveryLab.findIndex(({ id }) => id === 'gateway'),
    );

/** What a window says where all stages of such a lab are done. */
export const allDone = stagesTexts.progress(ofEveryLab.length, ofEveryLab.length);

/** What the recording, made with them, says of a change: without the images that this computer has not. */
export function withImagesOfHere(change: string): string {
  return missing.reduce((text, image) => text.replace(` ${image}`, ''), change);
}

/** The command that rolls all of them out. */
export const UP = hasGateway ? (['up'] as const) : (['up', '--to', reachable.at(-1)?.id ?? ''] as const);

if (!hasGateway) {
  console.log(
    `SKIPPED: all that needs the Gateway, as no image archive has ${missing.join(' and ')}: test/lab/README.md says how it gets here`,
  );
}
