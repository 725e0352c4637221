import type { TimedEvent } from '../contract/events.ts';
import type { LogBatch } from '../contract/lab-session.ts';
import { Changes, follow } from './changes.ts';

/** Characters of events that are kept; older ones are dropped, they are in the journal. */
const LIMIT = 24_000_000;
/** Events in one piece. */
const BATCH = 256;
/** Milliseconds between two pieces. */
const PAUSE = 25;

/** The events of a run, for any number of readers. */
export class RunLog {
  readonly #changes = new Changes();
  readonly #rollout: string;
  readonly #limit: number;
  #events: { event: TimedEvent; size: number }[] = [];
  #dropped = 0;
  #size = 0;

  constructor(rollout: string, limit = LIMIT) {
    this.#rollout = rollout;
    this.#limit = limit;
  }

  /** Whether nothing is added any more. */
  get ended(): boolean {
    return this.#changes.ended;
  }

  add(event: TimedEvent): void {
    const size = event.event === 'change-output' ? event.text.length + 200 : JSON.stringify(event).length;
    this.#events.push({ event, size });
    this.#size += size;
    if (this.#size > this.#limit) this.#drop();
    this.#changes.tell();
  }

  end(): void {
    this.#changes.end();
  }

  /** From the beginning to the end. */
  follow(signal: AbortSignal | undefined): AsyncGenerator<LogBatch, void, undefined> {
    let next = 0;
    const take = (): LogBatch | undefined => {
      const from = Math.max(next, this.#dropped);
      const events = this.#events.slice(from - this.#dropped, from - this.#dropped + BATCH).map(({ event }) => event);
      if (events.length === 0) return undefined;
      next = from + events.length;
      return { rollout: this.#rollout, from, events };
    };
    return follow(this.#changes, take, { signal, pause: PAUSE });
  }

  /** Drops a quarter at once: dropping one by one would copy the list each time. */
  #drop(): void {
    let count = 0;
    while (this.#size > this.#limit * 0.75 && count < this.#events.length - 1) {
      this.#size -= this.#events[count]?.size ?? 0;
      count += 1;
    }
    this.#events = this.#events.slice(count);
    this.#dropped += count;
  }
}
