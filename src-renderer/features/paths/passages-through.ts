import type { Basis, Hop } from '../../../src-main/contract/path.ts';

/** The hops of a leg that follow each other on one machine. */
export interface PassageThrough {
  readonly machine: string;
  readonly hops: readonly Hop[];
  /** Index of its first hop in the path. */
  readonly first: number;
  /** How many of them are observed, read and predicted; those that none is are left out. */
  readonly bases: readonly { readonly kind: Basis['kind']; readonly count: number }[];
}

/** @param first index of the leg's first hop in the path */
export function passagesThrough(hops: readonly Hop[], first: number): readonly PassageThrough[] {
  const runs: { machine: string; hops: Hop[]; first: number }[] = [];
  hops.forEach((hop, index) => {
    const last = runs.at(-1);
    if (last?.machine === hop.machine) last.hops.push(hop);
    else runs.push({ machine: hop.machine, hops: [hop], first: first + index });
  });
  return runs.map((run) => ({ ...run, bases: basesOf(run.hops) }));
}

function basesOf(hops: readonly Hop[]): PassageThrough['bases'] {
  const kinds = ['observed', 'read', 'predicted'] as const;
  const counted = kinds.map((kind) => ({ kind, count: hops.filter(({ basis }) => basis.kind === kind).length }));
  return counted.filter(({ count }) => count > 0);
}
