import type { Explanation } from '../contract/events.ts';
import { undoneWith } from '../stages/needs.ts';
import type { Stage } from '../stages/stage.ts';
import { explanationOf } from './refused.ts';
import type { AskedRollout } from './roll-out.ts';
import type { Work } from './run.ts';

/** Whether nothing is left of the cluster, and so of what this computer has of it. */
export function takesCluster({ verb, stage }: AskedRollout, stages: readonly Stage[]): boolean {
  if (verb === 'reset') return true;
  return verb === 'undo' && stage !== undefined && undoneWith(stages, stage).some(({ id }) => id === 'control-plane');
}

/** A reset, with what belongs to the lab on this computer: removed once its machines are bare, and before the end is told. */
export function resetToo(work: Work, remove: () => Promise<unknown>): Work {
  return async (run) => {
    const outcome = await work({
      ...run,
      emit: (event) => {
        if (event.event !== 'rollout-finished') run.emit(event);
      },
    });
    const explanation = outcome.status === 'done' ? await failureOf(remove) : undefined;
    const told = explanation ? { ...outcome, explanation } : outcome;
    run.emit(told);
    return told;
  };
}

async function failureOf(remove: () => Promise<unknown>): Promise<Explanation | undefined> {
  try {
    await remove();
    return undefined;
  } catch (error) {
    return explanationOf(error);
  }
}
