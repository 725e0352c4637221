import pLimit from 'p-limit';

interface Together {
  /** How many at a time. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
}

/**
 * Does the same with each item, some at a time. The first that fails ends the others; all have ended when this does.
 * @throws the first error, or the signal's reason
 */
export async function together<Item, Result>(
  items: readonly Item[],
  { atOnce, signal }: Together,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  signal.throwIfAborted();
  const stop = new AbortController(); // AbortSignal.any would do it, but Node 18 lacks it
  const forward = () => stop.abort(signal.reason);
  signal.addEventListener('abort', forward);
  const limit = pLimit(atOnce);
  const one = async (item: Item): Promise<Result> => {
    stop.signal.throwIfAborted();
    return work(item, stop.signal);
  };
  const all = items.map((item) => limit(one, item));
  for (const running of all) running.catch((error: unknown) => stop.abort(error));
  try {
    return await Promise.all(all);
  } finally {
    await Promise.allSettled(all);
    signal.removeEventListener('abort', forward);
  }
}
