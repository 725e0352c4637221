import { cancelled } from './run-failure.ts';

/** What is waited for, unless the signal is aborted before it comes. @throws Cancelled */
export async function unlessCancelled<T>(
  machine: string,
  waited: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return waited;
  let stop: () => void = () => undefined;
  const abort = new Promise<never>((_resolve, reject) => {
    stop = () => reject(cancelled(machine));
    signal.addEventListener('abort', stop);
  });
  try {
    if (signal.aborted) stop();
    return await Promise.race([waited, abort]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
