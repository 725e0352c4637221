import type { RolloutVerb } from '../contract/events.ts';
import { Rollout } from '../rollout/rollout.ts';
import type { LabAccess, RecordingLabel } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { version } from '../version.ts';
import type { Work } from './run.ts';

export interface AskedRollout {
  readonly verb: RolloutVerb;
  /** Id of a stage; default all. */
  readonly stage?: string | undefined;
  /** Each stage by itself: nothing is made early. Default false. */
  readonly inOrder?: boolean;
}

/** The work of a rollout. @param access how the lab is got at */
export function rollOut({ verb, stage, inOrder = false }: AskedRollout, access: () => Promise<LabAccess>): Work {
  return async ({ id, emit, signal }) => {
    const accessed = await access();
    const { lab, recording } = accessed;
    const stages = stagesOf(lab);
    emit({
      event: 'rollout-started',
      rollout: id,
      lab: lab.name,
      verb,
      stages: stages.map((one) => one.id),
      hoplab: version,
      ...(recording && { recording: labelled(recording) }),
    });
    const rollout = new Rollout({ access: accessed, stages, emit, signal, inOrder });
    if (verb === 'up') return rollout.up(stage);
    if (verb === 'verify') return rollout.verify(stages.filter((one) => stage === undefined || one.id === stage));
    return rollout.undo(verb === 'undo' ? stage : undefined);
  };
}

function labelled({ recorded, hoplab, speed }: RecordingLabel) {
  return { recorded, hoplab, ...(Number.isFinite(speed) && { speed }) };
}
