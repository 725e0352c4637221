import type { EventOf, RolloutEvent, RolloutVerb, TimedEvent } from '../contract/events.ts';
import type { LabState } from '../contract/lab-session.ts';
import { Journal } from '../rollout/journal.ts';
import type { Redactor } from '../rollout/redactor.ts';
import { explanationOf } from './refused.ts';
import { RunLog } from './run-log.ts';

export type Outcome = EventOf<'rollout-finished'>;

/** What is done: tells each event, the outcome as the last, and ends soon after the signal. */
export type Work = (run: {
  /** Of the run. */
  readonly id: string;
  readonly emit: (event: RolloutEvent) => void;
  readonly signal: AbortSignal;
}) => Promise<Outcome>;

export interface RunOptions {
  readonly verb: RolloutVerb;
  /** Id of a stage; null: all. */
  readonly target: string | null;
  /** Folder of its journal. */
  readonly folder: string;
  readonly redactor: Redactor;
  /** Gets every event, with its time and without secrets. */
  readonly tell: (event: TimedEvent) => void;
  readonly work: Work;
}

/** Something that an open lab does until it ends or is cancelled, with its journal and its log. */
export class Run {
  readonly told: NonNullable<LabState['rollout']>;
  readonly log: RunLog;
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<Outcome>;
  readonly #cancel = new AbortController();

  constructor(options: RunOptions) {
    const { verb, target } = options;
    const startedAt = new Date().toISOString();
    const id = `${startedAt.replaceAll(/[:.]/g, '-')}-${verb}`; // as its journal is called
    this.told = { id, verb, target, startedAt };
    this.log = new RunLog(id);
    this.ended = this.#run(options);
  }

  /** Stops it, and waits until it has stopped. */
  async cancel(): Promise<void> {
    this.#cancel.abort();
    await this.ended;
  }

  async #run({ folder, redactor, tell, work }: RunOptions): Promise<Outcome> {
    const { id } = this.told;
    let journal: Journal | undefined;
    let ran = true;
    const emit = (event: RolloutEvent) => {
      const timed: TimedEvent = { time: new Date().toISOString(), ...redactor.value(event) };
      if (ran) (journal ??= new Journal(folder, id)).write(timed);
      this.log.add(timed);
      tell(timed);
    };
    try {
      return await work({ id, emit, signal: this.#cancel.signal });
    } catch (error) {
      ran = false; // its journal may be what failed
      const outcome = neverRan(error);
      emit(outcome);
      return outcome;
    } finally {
      journal?.close();
      this.log.end();
    }
  }
}

function neverRan(error: unknown): Outcome {
  const checks = { passed: 0, failed: 0, notApplicable: 0 };
  const explanation = explanationOf(error);
  return { event: 'rollout-finished', status: 'failed', changes: 0, checks, halfDone: [], explanation, duration: 0 };
}
