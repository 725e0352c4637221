import { UP } from './gateway-images.ts';
import { bare, hoplab, info, restore, save, writeLabFile } from './lab.ts';
import { failures, rollOut } from './roll-out.ts';

/** The name that a finished lab of three nodes is saved by. */
export const FINISHED = 'finished';

/** A finished lab of user `lab`: the one that is there, else the one that an earlier test has saved, else a new one. */
export async function finishedLab(): Promise<void> {
  if (await isFinished()) return;
  const isSaved = await restore(FINISHED);
  if (!isSaved) await bare();
  await writeLabFile({ user: 'lab' });
  const failed = failures(await rollOut(UP));
  if (failed !== '') throw new Error(`the lab is not finished: ${failed}`);
  if (!isSaved) await save(FINISHED);
}

/** Whether three nodes are up on which nothing is to be changed, of a cluster as asked; the lab file is then that of user `lab`. */
async function isFinished(): Promise<boolean> {
  const { up, nodes } = await info();
  if (!up || nodes.length !== 3) return false;
  await writeLabFile({ user: 'lab' });
  const { exitCode, stdout } = await hoplab(['plan', ...UP.slice(1), '--json']);
  if (exitCode !== 0 || stdout.includes('"command"')) return false;
  return (await hoplab(['verify', 'control-plane'])).exitCode === 0;
}
