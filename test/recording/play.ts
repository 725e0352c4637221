import { rollOutStages, type AskedRollout } from '../../src-main/engine/roll-out.ts';
import { eventSchema, type EventOf, type RolloutEvent } from '../../src-main/contract/events.ts';
import { recordingFile } from '../../src-main/engine/home.ts';
import type { Fault } from '../../src-main/machines/recorded/fault.ts';
import type { Standing } from '../../src-main/machines/recorded/recorded-lab.ts';
import { readRecording, type Recording } from '../../src-main/machines/recorded/recording.ts';
import { openRecording, type OpenedRecording } from '../../src-main/rollout/open-recording.ts';
import type { Outcome } from '../../src-main/rollout/rollout.ts';
import { stagesOf } from '../../src-main/stages/index.ts';
import type { Stage } from '../../src-main/stages/stage.ts';

let read: Promise<Recording> | undefined;

/** The recording that ships with Hoplab. */
export function shipped(): Promise<Recording> {
  return (read ??= readRecording(recordingFile()));
}

/** The stages of its lab. */
export const stages: readonly Stage[] = stagesOf(openRecording(await shipped(), { speed: Infinity }).lab, true);

export const LAST = stages.at(-1)?.id ?? '';

export interface Played {
  readonly outcome: Outcome;
  readonly events: readonly RolloutEvent[];
}

interface PlayedLabOptions {
  readonly speed?: number;
  readonly faults?: readonly Fault[];
  readonly standing?: Standing;
}

/** A lab opened from the shipped recording; each call is a rollout of its own on the same machines. */
export class PlayedLab {
  readonly access: OpenedRecording;

  private constructor(access: OpenedRecording) {
    this.access = access;
  }

  static async open({ speed = Infinity, ...options }: PlayedLabOptions = {}): Promise<PlayedLab> {
    return new PlayedLab(openRecording(await shipped(), { speed, ...options }));
  }

  up(to = LAST, watch?: Watch): Promise<Played> {
    return this.#run({ verb: 'up', stage: to }, watch);
  }

  undo(stage: string, watch?: Watch): Promise<Played> {
    return this.#run({ verb: 'undo', stage }, watch);
  }

  reset(): Promise<Played> {
    return this.#run({ verb: 'reset' });
  }

  verify(): Promise<Played> {
    return this.#run({ verb: 'verify' });
  }

  async #run(asked: AskedRollout, watch?: Watch): Promise<Played> {
    const events: RolloutEvent[] = [];
    const stop = new AbortController();
    const emit = (event: RolloutEvent) => {
      events.push(eventSchema.parse(event));
      watch?.(event, () => stop.abort());
    };
    const outcome = await rollOutStages(asked, this.access, { emit, signal: stop.signal });
    return { outcome, events };
  }
}

/** Sees each event as it comes, and may stop the rollout. */
export type Watch = (event: RolloutEvent, stop: () => void) => void;

export function of<Name extends RolloutEvent['event']>(events: readonly RolloutEvent[], name: Name): EventOf<Name>[] {
  return events.filter((event): event is EventOf<Name> => event.event === name);
}

/** What a rollout did, without what differs from run to run: times, names of pods, order of what runs at once. */
export function results(events: readonly RolloutEvent[]): { changes: readonly string[]; checks: readonly string[] } {
  return {
    changes: of(events, 'change-started')
      .map(({ stage, machine, sentence, command }) => [stage, machine, sentence.en, command].join(' | '))
      .sort(),
    checks: of(events, 'check-finished')
      .map(({ stage, check, machine, status }) => [stage, check, machine, status].join(' | '))
      .sort(),
  };
}
