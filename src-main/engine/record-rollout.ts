import type { EventOf, RolloutEvent, RolloutVerb, TimedEvent } from '../contract/events.ts';
import type { Lab } from '../lab/lab.ts';
import { Journal } from '../rollout/journal.ts';
import type { Redactor } from '../rollout/redactor.ts';
import { Rollout } from '../rollout/rollout.ts';
import type { OpenMachines } from '../rollout/session.ts';
import { stages } from '../stages/index.ts';
import { version } from '../version.ts';

export interface RecordOptions {
  readonly lab: Lab;
  readonly verb: RolloutVerb;
  readonly open: OpenMachines;
  readonly redactor: Redactor;
  /** Where its journal goes; undefined: it leaves none. */
  readonly journal: string | undefined;
  /** Gets every event, with its time and without secrets. */
  readonly tell: (event: TimedEvent) => void;
  readonly signal: AbortSignal;
}

/** Runs one rollout with its journal, until it ends or is cancelled. */
export async function recordRollout(
  options: RecordOptions & { readonly id: string },
  work: (rollout: Rollout) => Promise<EventOf<'rollout-finished'>>,
): Promise<EventOf<'rollout-finished'>> {
  const { id, lab, verb, open, redactor, signal, tell } = options;
  const journal = options.journal === undefined ? undefined : new Journal(options.journal, id);
  const emit = (event: RolloutEvent): void => {
    const timed: TimedEvent = { time: new Date().toISOString(), ...redactor.value(event) };
    journal?.write(timed);
    tell(timed);
  };
  const names = stages.map((stage) => stage.id);
  emit({ event: 'rollout-started', rollout: id, lab: lab.name, verb, stages: names, hoplab: version });
  try {
    return await work(new Rollout({ lab, stages, open, emit, signal }));
  } finally {
    journal?.close();
  }
}

/** The id of a rollout that starts now, as its journal is called. */
export function rolloutId(verb: RolloutVerb): string {
  return `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${verb}`;
}
