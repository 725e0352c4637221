import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TimedEvent } from '../contract/events.ts';

/** Events after which the line must be on the disk, since a crash may follow. */
const DURABLE: ReadonlySet<TimedEvent['event']> = new Set([
  'rollout-started',
  'change-started',
  'change-finished',
  'change-failed',
  'stage-finished',
  'rollout-finished',
]);

/** Events before which the last progress of downloads is written. */
const ENDING: ReadonlySet<TimedEvent['event']> = new Set(['download-finished', 'stage-finished', 'rollout-finished']);

/** Milliseconds between two events of progress that are kept: they come several times a second, for those who watch. */
const PROGRESS_EVERY = 5000;

type Progress = Extract<TimedEvent, { event: 'download-progress' }>;

/**
 * One rollout's history: a file of JSON lines, each written at once, so that a crash costs at most the last line. Of the progress of
 * downloads the first and the last are kept, and one every five seconds.
 */
export class Journal {
  readonly file: string;
  readonly #handle: number;
  /** When the last progress was written; milliseconds since 1970. */
  #told = -Infinity;
  #untold: Progress | undefined;

  constructor(folder: string, rollout: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = join(folder, `${rollout}.jsonl`);
    this.#handle = openSync(this.file, 'a', 0o600);
  }

  write(event: TimedEvent): void {
    if (event.event === 'download-progress') {
      this.#untold = event;
      // either way: a clock may be set back
      if (Math.abs(Date.parse(event.time) - this.#told) >= PROGRESS_EVERY) this.#tell();
      return;
    }
    if (ENDING.has(event.event)) this.#tell();
    if (event.event === 'download-finished') this.#told = -Infinity;
    this.#append(event);
    if (DURABLE.has(event.event)) fsyncSync(this.#handle);
  }

  close(): void {
    closeSync(this.#handle);
  }

  #tell(): void {
    if (!this.#untold) return;
    this.#append(this.#untold);
    this.#told = Date.parse(this.#untold.time);
    this.#untold = undefined;
  }

  #append(event: TimedEvent): void {
    writeSync(this.#handle, `${JSON.stringify(event)}\n`);
  }
}
