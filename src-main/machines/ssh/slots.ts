/**
 * How many channels are open at once. Not p-limit: waiting ends with the caller's signal, and the limit falls when the
 * server has a lower one (sshd's MaxSessions).
 */
export class Slots {
  #limit: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for a slot; returns what gives it back. An aborted signal gives the place in the queue away. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#taken < this.#limit) this.#taken += 1;
    else await this.#turn(signal);
    let released = false;
    return () => {
      if (!released) this.#release();
      released = true;
    };
  }

  /**
   * The server refused one channel more than those that are open: from now on one less than it takes, so that the command
   * which kills the others finds room. False: it refused the only one.
   */
  lower(): boolean {
    this.#limit = Math.max(1, this.#taken - 2);
    return this.#taken > 1;
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const mine = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(mine), 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(mine);
    });
  }

  #release(): void {
    const next = this.#taken <= this.#limit ? this.#waiting.shift() : undefined;
    if (next) next();
    else this.#taken -= 1;
  }
}
