import type { EventOf, Explanation, TimedEvent } from '../contract/events.ts';
import type { CheckState, StageState } from '../contract/lab-session.ts';
import { Changes } from './changes.ts';

/** What the machines said about a stage: how many changes it needs, or why that could not be told. */
export type StageReading = { readonly changes: number } | { readonly failure: Explanation };

interface Entry {
  readonly state: StageState;
  /** The version at which it became so. */
  readonly since: number;
}

/** Where each stage of an open lab stands, from what the machines say and from the events of rollouts. */
export class StageStates {
  readonly changes = new Changes();
  readonly #entries = new Map<string, Entry>();
  /** Stages whose last run failed. */
  readonly #failed = new Set<string>();

  /** @param before how they stood when the lab file was another one; of its answers, those of the machines that are left */
  constructor(
    stages: readonly string[],
    expected: ReadonlyMap<string, number>,
    before: { readonly states: readonly StageState[]; readonly machines: readonly string[] } = {
      states: [],
      machines: [],
    },
  ) {
    for (const stage of stages) {
      const stood = before.states.find((one) => one.stage === stage) ?? { ...UNREAD, stage };
      const checks = stood.checks.filter(({ result }) => before.machines.includes(result.machine));
      const expectedDuration = expected.get(stage) ?? null;
      this.#entries.set(stage, { state: { ...stood, checks, expectedDuration }, since: 0 });
      if (stood.state === 'failed') this.#failed.add(stage);
    }
  }

  /** Those that changed after a version; of -1, all. */
  after(version: number): StageState[] {
    return [...this.#entries.values()].flatMap(({ state, since }) => (since > version ? [state] : []));
  }

  /** The last answer of a check on a machine. */
  answer(stage: string, check: string, machine: string): CheckState['result'] | undefined {
    const { checks } = this.#get(stage);
    return checks.find(({ result }) => result.check === check && result.machine === machine)?.result;
  }

  reading(): void {
    for (const { state } of this.#entries.values()) {
      if (state.state === 'unknown') this.#set(state.stage, { state: 'reading' });
    }
  }

  read(stage: string, reading: StageReading): void {
    const readAt = new Date().toISOString();
    if ('failure' in reading) {
      this.#set(stage, { state: 'unknown', changes: null, failure: reading.failure, readAt });
      return;
    }
    const { changes } = reading;
    const failedCheck = this.#get(stage).checks.some(({ result }) => result.status === 'failed');
    const failed = changes > 0 ? this.#failed.has(stage) : failedCheck;
    const state = failed ? 'failed' : changes > 0 ? 'changes-needed' : 'done';
    const { failure, checks } = this.#get(stage);
    // what was proven before the stage was taken away, with its cluster or by hand, proves nothing now
    const valid = state === 'changes-needed' ? [] : checks;
    this.#set(stage, { state, changes, readAt, startedAt: null, failure: failed ? failure : null, checks: valid });
  }

  fold(event: TimedEvent, undoing: boolean): void {
    if ('stage' in event && !this.#entries.has(event.stage)) return; // of VMs, or a proof
    switch (event.event) {
      case 'stage-started':
        this.#failed.delete(event.stage);
        this.#set(event.stage, { state: 'running', startedAt: event.time, failure: null });
        break;
      case 'change-started':
        if (undoing) this.#set(event.stage, { state: 'undoing', startedAt: event.time, failure: null });
        break;
      case 'change-failed':
        this.#set(event.stage, { failure: event.explanation });
        break;
      case 'check-finished':
        this.#check(event);
        break;
      case 'stage-finished':
        this.#finished(event);
        break;
      case 'stage-undone':
        this.#failed.delete(event.stage);
        this.#set(event.stage, { ...UNREAD, state: 'changes-needed', duration: event.duration });
        break;
      case 'rollout-started':
      case 'change-progress':
      case 'change-output':
      case 'change-finished':
      case 'waiting':
      case 'download-progress':
      case 'download-finished':
      case 'check-started':
      case 'rollout-finished':
    }
  }

  #finished({ stage, status, changes, duration }: EventOf<'stage-finished'>): void {
    if (status === 'failed') this.#failed.add(stage);
    const state = { done: 'done', failed: 'failed', cancelled: 'unknown' } as const;
    const measured = changes > 0 && status === 'done' ? { expectedDuration: duration } : {};
    this.#set(stage, {
      state: state[status],
      startedAt: null,
      duration,
      changes: status === 'done' ? 0 : null,
      ...measured,
    });
  }

  #check({ time, ...result }: TimedEvent & EventOf<'check-finished'>): void {
    const others = this.#get(result.stage).checks.filter(
      ({ result: { check, machine } }) => check !== result.check || machine !== result.machine,
    );
    const checks: CheckState[] = [...others, { time, result }];
    this.#set(result.stage, { checks });
  }

  #get(stage: string): StageState {
    const entry = this.#entries.get(stage);
    if (!entry) throw new Error(`no stage ${stage}`);
    return entry.state;
  }

  #set(stage: string, change: Partial<StageState>): void {
    const state = { ...this.#get(stage), ...change, stage };
    this.#entries.set(stage, { state, since: this.changes.version + 1 });
    this.changes.tell();
  }
}

const UNREAD: Omit<StageState, 'stage' | 'expectedDuration'> = {
  state: 'unknown',
  changes: null,
  readAt: null,
  startedAt: null,
  duration: null,
  failure: null,
  checks: [],
};
