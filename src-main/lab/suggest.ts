import { distance } from 'fastest-levenshtein';

/** The candidate that a word was probably meant to be: at most a third of it mistyped, or two letters swapped. Undefined when none is near. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const near = candidates
    .map((candidate) => ({ candidate, away: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, away }) => away <= mistyped(Math.max(word.length, candidate.length)))
    .sort((a, b) => a.away - b.away);
  return near[0]?.candidate;
}

function mistyped(length: number): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}
