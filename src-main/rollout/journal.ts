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

/** One rollout's history: a file of JSON lines, each written at once, so that a crash costs at most the last line. */
export class Journal {
  readonly file: string;
  readonly #handle: number;

  constructor(folder: string, rollout: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = join(folder, `${rollout}.jsonl`);
    this.#handle = openSync(this.file, 'a', 0o600);
  }

  write(event: TimedEvent): void {
    writeSync(this.#handle, `${JSON.stringify(event)}\n`);
    if (DURABLE.has(event.event)) fsyncSync(this.#handle);
  }

  close(): void {
    closeSync(this.#handle);
  }
}
