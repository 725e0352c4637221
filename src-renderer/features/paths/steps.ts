import type { Hop, Leg, Path } from '../../../src-main/contract/path.ts';

/** One stop of the packet. */
export interface Step {
  readonly leg: Leg['kind'];
  readonly hop: Hop;
}

/** The hops of a path in the order in which the packet passes them. */
export function stepsOf({ legs }: Path): readonly Step[] {
  return legs.flatMap(({ kind, hops }) => hops.map((hop) => ({ leg: kind, hop })));
}

/** Id of the hop behind which a path stopped; null: before the first one. Undefined: it did not stop. */
export function deadEnd({ end }: Path): string | null | undefined {
  return end.status === 'stopped' ? end.hop : undefined;
}
