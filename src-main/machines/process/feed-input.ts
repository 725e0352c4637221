import type { Readable, Writable } from 'node:stream';
import type { RunOptions } from '../machine.ts';

/**
 * Writes a command's input, no faster than it is read. Stops in silence when the process ended before it read all:
 * its exit code is the answer then. Rejects when the input itself cannot be read.
 */
export async function feedInput(
  stdin: Writable,
  input: RunOptions['input'],
  options: { firstLine?: string | undefined; gone: Promise<unknown> },
): Promise<void> {
  const feed = new Feed(stdin, options.gone);
  if (options.firstLine !== undefined) stdin.write(`${options.firstLine}\n`);
  if (typeof input === 'function') await feed.stream(input());
  else if (!feed.gone) stdin.end(input ?? '');
}

class Feed {
  readonly #stdin: Writable;
  readonly #gone: Promise<void>;
  gone = false;

  constructor(stdin: Writable, processGone: Promise<unknown>) {
    this.#stdin = stdin;
    this.#gone = new Promise((resolve) => {
      const stop = () => {
        this.gone = true;
        resolve();
      };
      void processGone.then(stop, stop);
      stdin.once('close', stop);
      stdin.on('error', stop);
    });
  }

  async stream(source: Readable): Promise<void> {
    void this.#gone.then(() => source.destroy());
    try {
      for await (const piece of source) {
        if (this.gone) return;
        if (!this.#stdin.write(piece)) await this.#drained();
      }
      if (!this.gone) this.#stdin.end();
    } catch (error) {
      if (!this.gone) throw error;
    }
  }

  #drained(): Promise<void> {
    const drain = new Promise<void>((resolve) => this.#stdin.once('drain', resolve));
    return Promise.race([drain, this.#gone]);
  }
}
