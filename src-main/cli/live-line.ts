import logUpdate from 'log-update';
import type { Settings } from './command-settings.ts';
import { paint } from './terminal.ts';

/** Milliseconds between two drawings. */
const PAUSE = 200;

/** One line that says what is going on, in a terminal alone: where lines stay, nothing is shown. */
export class LiveLine {
  readonly #settings: Settings;
  readonly #live: boolean;
  #drawn = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#live = process.stdout.isTTY && !process.env['CI'] && !settings.json;
  }

  show(text: string): void {
    if (!this.#live || performance.now() - this.#drawn < PAUSE) return;
    this.#drawn = performance.now();
    logUpdate(paint.dim(this.#settings.terminal.readable(text)));
  }

  clear(): void {
    if (this.#live) logUpdate.clear();
  }
}
