import { shallowReactive, shallowRef, triggerRef } from 'vue';
import type { EventOf, Explanation, TimedEvent } from '../../../src-main/contract/events.ts';
import type { Text } from '../../../src-main/contract/text.ts';
import type { LogBatch } from '../../../src-main/contract/lab-session.ts';
import type { State } from '../../state.ts';

/** A change as the log knows it now. */
export interface LoggedChange {
  readonly started: EventOf<'change-started'>;
  readonly time: string;
  state: State;
  /** Milliseconds, once it ended. */
  duration: number | undefined;
  sent: { readonly bytes: number; readonly total: number } | undefined;
  explanation: Explanation | undefined;
}

type Told = Exclude<
  TimedEvent,
  { event: 'change-output' | 'change-progress' | 'change-finished' | 'download-progress' | 'check-started' }
>;

/** One line of the log, in the order in which things happened. */
export type LogRow =
  | { readonly key: number; readonly machine: string | undefined; readonly time: string; readonly event: Told }
  | {
      readonly key: number;
      readonly machine: string | undefined;
      readonly time: string;
      readonly output: string;
      readonly stream: 'stdout' | 'stderr';
    };

/** Rows beyond this are dropped, the oldest first: all of it is in the journal. */
const MOST = 100_000;

/** The run log of one lab: what a rollout told, as rows, and what runs just now. */
export class RunLog {
  /** Replaced contents are announced by the ref itself: the array is changed in place. */
  readonly rows = shallowRef<LogRow[]>([]);
  readonly changes = shallowReactive(new Map<string, LoggedChange>());
  /** How far the downloads are; undefined while there are none. */
  readonly download = shallowRef<EventOf<'download-progress'>>();
  /** Of its stages, those beside the lab's as well. */
  readonly titles = shallowReactive(new Map<string, Text>());
  rollout = '';
  #next = 0;
  #expected = 0;
  /** The last, unfinished line of each change. */
  readonly #partial = new Map<string, string>();

  take({ rollout, from, events }: LogBatch): void {
    if (rollout !== this.rollout) this.#clear(rollout);
    const known = Math.max(0, this.#expected - from);
    for (const event of events.slice(known)) this.#add(event);
    this.#expected = Math.max(this.#expected, from + events.length);
    const { value } = this.rows;
    if (value.length > MOST) value.splice(0, value.length - MOST);
    triggerRef(this.rows);
  }

  #clear(rollout: string): void {
    this.rollout = rollout;
    this.#expected = 0;
    this.rows.value.length = 0;
    this.changes.clear();
    this.titles.clear();
    this.download.value = undefined;
    this.#partial.clear();
  }

  #add(event: TimedEvent): void {
    switch (event.event) {
      case 'check-started':
        break;
      case 'download-progress':
        this.download.value = event;
        break;
      case 'download-finished':
        this.download.value = undefined;
        this.#push(event, undefined);
        break;
      case 'change-progress':
        this.#update(event.change, { sent: { bytes: event.bytes, total: event.total } });
        break;
      case 'change-output':
        this.#output(event);
        break;
      case 'change-finished':
        this.#flush(event.change, event.time);
        this.#update(event.change, { state: 'ok', duration: event.duration });
        break;
      case 'change-failed':
        this.#flush(event.change, event.time);
        this.#update(event.change, { state: 'failed', duration: event.duration, explanation: event.explanation });
        this.#push(event, this.changes.get(event.change)?.started.machine);
        break;
      case 'change-started':
        this.changes.set(event.change, begun(event));
        this.#push(event, event.machine);
        break;
      case 'rollout-finished':
        this.download.value = undefined;
        this.#endRunning();
        this.#push(event, undefined);
        break;
      case 'stage-started':
        this.titles.set(event.stage, event.title);
        this.#push(event, undefined);
        break;
      case 'rollout-started':
      case 'stage-finished':
      case 'stage-undone':
        this.#push(event, undefined);
        break;
      case 'waiting':
      case 'check-finished':
        this.#push(event, event.machine);
        break;
    }
  }

  /** What still runs when a rollout ends was cut off. */
  #endRunning(): void {
    for (const [id, { state }] of this.changes) if (state === 'running') this.#update(id, { state: 'cancelled' });
  }

  #update(id: string, news: Partial<LoggedChange>): void {
    const change = this.changes.get(id);
    if (change) this.changes.set(id, { ...change, ...news });
  }

  #output({ change, text, stream, time }: EventOf<'change-output'> & { time: string }): void {
    const lines = ((this.#partial.get(change) ?? '') + text).split('\n');
    this.#partial.set(change, lines.pop() ?? '');
    for (const line of lines) this.#line(change, line, { stream, time });
  }

  #flush(change: string, time: string): void {
    const rest = this.#partial.get(change);
    if (rest) this.#line(change, rest, { stream: 'stdout', time });
    this.#partial.delete(change);
  }

  #line(change: string, output: string, { stream, time }: { stream: 'stdout' | 'stderr'; time: string }): void {
    const machine = this.changes.get(change)?.started.machine;
    this.rows.value.push({ key: this.#next++, machine, time, output, stream });
  }

  #push(event: Told, machine: string | undefined): void {
    this.rows.value.push({ key: this.#next++, machine, time: event.time, event });
  }
}

function begun(started: LoggedChange['started'] & { time: string }): LoggedChange {
  return {
    started,
    time: started.time,
    state: 'running',
    duration: undefined,
    sent: undefined,
    explanation: undefined,
  };
}
