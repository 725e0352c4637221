import type { Explanation } from '../../../../src-main/contract/events.ts';
import { engine, trouble } from '../../../engine-client.ts';
import type { OpenLab } from '../../../stores/labs.ts';
import { useToasts } from '../../../stores/toasts.ts';

/** Stage of the run that removes a node; the others of that run are the lab's. */
export const REMOVAL = 'remove-node';

export function startRemoval(lab: string, removed: { name: string; gone: boolean }): Promise<void> {
  return begin(() => engine.nodes.remove({ lab, ...removed }));
}

/** Joins what came into the lab file. */
export function rollOut(lab: string): Promise<void> {
  return begin(() => engine.rollouts.start({ lab, verb: 'up' }));
}

async function begin(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    useToasts().showTrouble(trouble(error));
  }
}

/** Why a node was not removed, where that was the last run; what failed in a stage afterwards is shown there. */
export function removalFailure({ log }: OpenLab): Explanation | undefined {
  const last = log.rows.value.at(-1);
  const end = last && 'event' in last ? last.event : undefined;
  if (end?.event !== 'rollout-finished' || end.status !== 'failed') return undefined;
  const events = log.rows.value.flatMap((row) => ('event' in row ? [row.event] : []));
  if (!events.some((one) => one.event === 'rollout-started' && one.verb === 'remove-node')) return undefined;
  if (events.some((one) => one.event === 'stage-finished' && one.stage !== REMOVAL && one.status === 'failed')) {
    return undefined;
  }
  if (end.explanation) return end.explanation;
  const check = events.find((one) => one.event === 'check-finished' && one.status === 'failed');
  if (check?.event !== 'check-finished') return undefined;
  const { machine, actual, meaning, remedy } = check;
  return { machine, title: actual, reason: meaning, remedy: remedy ?? meaning, detail: '' };
}
