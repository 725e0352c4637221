/** Standard normal quantiles of two-sided intervals, by their confidence. */
const QUANTILES = { 0.95: 1.959964, 0.9999: 3.890592 } as const;

/**
 * Wilson's score interval: between which shares the true one lies, as far as so many trials can say.
 * @param hits of `trials`; without a trial it may be anything
 */
export function shareInterval(
  hits: number,
  trials: number,
  confidence: keyof typeof QUANTILES,
): { readonly from: number; readonly to: number } {
  if (trials === 0) return { from: 0, to: 1 };
  const z = QUANTILES[confidence];
  const share = hits / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return { from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}

/** `20.8 %` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
