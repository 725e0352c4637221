import { setTimeout as sleep } from 'node:timers/promises';
import { DownloadError } from './download-error.ts';

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default 4. */
  readonly tries?: number;
  /** Milliseconds before the second try; they double. Default 500. */
  readonly pause?: number;
  /** A longer pause that a server asks for (Retry-After) is left to the user. Milliseconds, default a minute. */
  readonly longest?: number;
  /** Before each pause. */
  readonly onPause?: (error: DownloadError, milliseconds: number) => void;
}

/**
 * Tries again what may succeed later: 429 after what Retry-After says, a server's errors, a cut connection, silence. All else, such as a
 * wrong answer, is thrown at once. @throws the last error, or the signal's reason
 */
export async function withRetries<Result>(attempt: () => Promise<Result>, options: RetryOptions = {}): Promise<Result> {
  const { signal, tries = 4, pause = 500, longest = 60_000, onPause } = options;
  for (let tried = 1; ; tried++) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DownloadError) || !error.retryable || tried >= tries) throw error;
      const wait = error.retryAfter ?? pause * 2 ** (tried - 1);
      if (wait > longest) throw error;
      onPause?.(error, wait);
      await sleep(wait, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}
