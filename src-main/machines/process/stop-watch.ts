/** Why a run is stopped from our side. */
export type Stop = { readonly kind: 'timed-out'; readonly timeout: number } | { readonly kind: 'cancelled' | 'closed' };

interface Watched {
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly closing?: AbortSignal | undefined;
}

/** Waits for the first reason to stop a run. AbortSignal.any would do it, but Node 18 lacks it. */
export class StopWatch {
  readonly stopped: Promise<Stop>;
  readonly #releases: (() => void)[] = [];

  constructor({ timeout, signal, closing }: Watched) {
    this.stopped = new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ kind: 'timed-out', timeout }), timeout);
      this.#releases.push(() => clearTimeout(timer));
      this.#listen(signal, () => resolve({ kind: 'cancelled' }));
      this.#listen(closing, () => resolve({ kind: 'closed' }));
    });
  }

  release(): void {
    for (const release of this.#releases) release();
  }

  #listen(signal: AbortSignal | undefined, stop: () => void): void {
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    this.#releases.push(() => signal?.removeEventListener('abort', stop));
  }
}
