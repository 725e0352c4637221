import { UP } from './gateway-images.ts';
import { bare, restore, save, writeLabFile } from './lab.ts';
import { failures, rollOut } from './roll-out.ts';

/** The name that a finished lab of three nodes is saved by. */
export const FINISHED = 'finished';

/** A finished lab of user `lab`: the one that an earlier test has saved, else a new one. */
export async function finishedLab(): Promise<void> {
  const isSaved = await restore(FINISHED);
  if (!isSaved) {
    await bare();
    await writeLabFile({ user: 'lab' });
  }
  const failed = failures(await rollOut(UP));
  if (failed !== '') throw new Error(`the lab is not finished: ${failed}`);
  if (!isSaved) await save(FINISHED);
}
