import type { EventOf, RolloutEvent } from '../contract/events.ts';
import type { Stage } from '../stages/stage.ts';
import { explain } from './explain.ts';

type Outcome = EventOf<'rollout-finished'>;

/** What a run counts while it goes on. */
export interface Counted {
  changes: number;
  readonly checks: { passed: number; failed: number; notApplicable: number };
  /** Changes that were cut off. */
  halfDone: Outcome['halfDone'];
}

interface Telling {
  readonly emit: (event: RolloutEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs what is a stage of its own: tells its beginning and end, and returns how it ended, for the caller to tell.
 * @param work whether it ended well; it counts as it goes
 */
export async function oneStage(
  { id: stage, title, problem, solves }: Pick<Stage, 'id' | 'title' | 'problem' | 'solves'>,
  { emit, signal }: Telling,
  work: (counted: Counted) => Promise<boolean>,
): Promise<Outcome> {
  const started = performance.now();
  const counted: Counted = { changes: 0, checks: { passed: 0, failed: 0, notApplicable: 0 }, halfDone: [] };
  let status: Outcome['status'] = 'failed';
  let explanation: Outcome['explanation'];
  emit({ event: 'stage-started', stage, title, problem, solves });
  try {
    status = (await work(counted)) ? 'done' : 'failed';
  } catch (error) {
    explanation = explain(error);
  }
  if (signal.aborted) status = 'cancelled';
  const duration = Math.round(performance.now() - started);
  emit({ event: 'stage-finished', stage, status, changes: counted.changes, duration });
  const why = status === 'failed' && explanation ? { explanation } : {};
  return { event: 'rollout-finished', status, ...counted, ...why, duration };
}

/** How a run of several parts ended: as the last of them, with what all of them did. */
export function together(first: Outcome, last: Outcome): Outcome {
  const sum = (key: keyof Outcome['checks']) => first.checks[key] + last.checks[key];
  return {
    ...last,
    changes: first.changes + last.changes,
    checks: { passed: sum('passed'), failed: sum('failed'), notApplicable: sum('notApplicable') },
    halfDone: [...first.halfDone, ...last.halfDone],
    duration: first.duration + last.duration,
  };
}
