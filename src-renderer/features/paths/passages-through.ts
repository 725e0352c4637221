import type { Basis, Hop } from '../../../src-main/contract/path.ts';

/** The hops of a leg that follow each other on one machine. */
export interface PassageThrough {
  readonly machine: string;
  readonly hops: readonly Hop[];
  /** Index of its first hop in the path. */
  readonly first: number;
  /** Observed when all of them are; predicted when one of them is. */
  readonly basis: Basis['kind'];
}

/** @param first index of the leg's first hop in the path */
export function passagesThrough(hops: readonly Hop[], first: number): readonly PassageThrough[] {
  const runs: { machine: string; hops: Hop[]; first: number }[] = [];
  hops.forEach((hop, index) => {
    const last = runs.at(-1);
    if (last?.machine === hop.machine) last.hops.push(hop);
    else runs.push({ machine: hop.machine, hops: [hop], first: first + index });
  });
  return runs.map((run) => ({ ...run, basis: weakest(run.hops) }));
}

function weakest(hops: readonly Hop[]): Basis['kind'] {
  const kinds = new Set(hops.map(({ basis }) => basis.kind));
  return (['predicted', 'read'] as const).find((kind) => kinds.has(kind)) ?? 'observed';
}
