import type { EventOf, RolloutEvent, RolloutVerb, TimedEvent } from '../contract/events.ts';
import { Journal } from '../rollout/journal.ts';
import type { Redactor } from '../rollout/redactor.ts';
import { Rollout } from '../rollout/rollout.ts';
import type { LabAccess, RecordingLabel } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { version } from '../version.ts';

export interface RecordOptions {
  readonly id: string;
  readonly access: LabAccess;
  readonly verb: RolloutVerb;
  /** Each stage by itself: nothing is made early. */
  readonly inOrder?: boolean;
  readonly redactor: Redactor;
  /** Where its journal goes. */
  readonly journal: string;
  /** Gets every event, with its time and without secrets. */
  readonly tell: (event: TimedEvent) => void;
  readonly signal: AbortSignal;
}

/** Runs one rollout with its journal, until it ends or is cancelled. */
export async function recordRollout(
  options: RecordOptions,
  work: (rollout: Rollout) => Promise<EventOf<'rollout-finished'>>,
): Promise<EventOf<'rollout-finished'>> {
  const { id, access, verb, redactor, signal, tell, inOrder = false } = options;
  const { lab, recording } = access;
  const journal = new Journal(options.journal, id);
  const emit = (event: RolloutEvent): void => {
    const timed: TimedEvent = { time: new Date().toISOString(), ...redactor.value(event) };
    journal.write(timed);
    tell(timed);
  };
  const stages = stagesOf(lab);
  emit({
    event: 'rollout-started',
    rollout: id,
    lab: lab.name,
    verb,
    stages: stages.map((stage) => stage.id),
    hoplab: version,
    ...(recording && { recording: labelled(recording) }),
  });
  try {
    return await work(new Rollout({ access, stages, emit, signal, inOrder }));
  } finally {
    journal.close();
  }
}

function labelled({ recorded, hoplab, speed }: RecordingLabel) {
  return { recorded, hoplab, ...(Number.isFinite(speed) && { speed }) };
}

/** The id of a rollout that starts now, as its journal is called. */
export function rolloutId(verb: RolloutVerb): string {
  return `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${verb}`;
}
