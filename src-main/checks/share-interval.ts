/** Standard normal quantiles of two-sided intervals, by their confidence. */
const QUANTILES = { 0.95: 1.959964, 0.9999: 3.890592 } as const;

export interface ShareInterval {
  readonly from: number;
  readonly to: number;
}

/**
 * Wilson's score interval: between which shares the true one lies, as far as so many trials can say.
 * @param hits of `trials`; without a trial it may be anything
 */
export function shareInterval(hits: number, trials: number): ShareInterval {
  if (trials === 0) return { from: 0, to: 1 };
  const z = QUANTILES[0.95];
  const share = hits / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return { from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}

/** Between which shares so many trials end but once in 10,000 times, where each hits by this chance. With 0 or 1 nothing is drawn. */
export function chanceInterval(chance: number, trials: number): ShareInterval {
  const half = QUANTILES[0.9999] * Math.sqrt((chance * (1 - chance)) / Math.max(trials, 1));
  return { from: Math.max(0, chance - half), to: Math.min(1, chance + half) };
}

/** `20.8 %` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
