import { setTimeout as sleep } from 'node:timers/promises';

/** Lets any number of streams wait until something has changed. */
export class Changes {
  #version = 0;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  get version(): number {
    return this.#version;
  }

  get ended(): boolean {
    return this.#ended;
  }

  tell(): void {
    this.#version += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Ends every stream after what there is to tell. */
  end(): void {
    this.#ended = true;
    this.tell();
  }

  /** Resolves when something has changed since version `seen`, or when the signal is aborted. */
  after(seen: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#version > seen || this.#ended || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}

export interface FollowOptions {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds between two pieces: what changes meanwhile comes as one. */
  readonly pause: number;
}

/** Yields what `take` finds, whenever something has changed; `take` returns undefined when there is nothing new. */
export async function* follow<Piece>(
  changes: Changes,
  take: () => Piece | undefined,
  { signal, pause }: FollowOptions,
): AsyncGenerator<Piece, void, undefined> {
  while (!signal?.aborted) {
    const { version, ended } = changes;
    const piece = take();
    if (piece !== undefined) {
      yield piece;
      await sleep(pause, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
    } else if (ended) {
      return;
    } else {
      await changes.after(version, signal);
    }
  }
}
