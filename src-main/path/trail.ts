import type { Basis, Branch, Hop, Leg, Packet, PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';

/** A hop that has passed, without what can be left to say. */
export interface Passed {
  readonly machine: string;
  readonly place: Hop['place'];
  readonly layer: Hop['layer'];
  readonly sentence: Text;
  readonly before: Packet;
  /** Default: as before. */
  readonly after?: Packet;
  readonly evidence?: readonly PathEvidence[];
  readonly branches?: readonly Branch[];
  readonly seed?: Hop['seed'];
  readonly at?: number | null | undefined;
  /** Default: predicted, for the reason of the trail. */
  readonly basis?: Basis;
}

/** The hops of one leg, as they are passed. */
export class Trail {
  readonly kind: Leg['kind'];
  readonly #reason: Text;
  readonly #hops: Hop[] = [];

  /** `reason`: why hops are predicted where nobody has seen them. */
  constructor(kind: Leg['kind'], reason: Text) {
    this.kind = kind;
    this.#reason = reason;
  }

  get leg(): Leg {
    return { kind: this.kind, hops: this.#hops };
  }

  get last(): string | null {
    return this.#hops.at(-1)?.id ?? null;
  }

  get predicted(): Basis {
    return { kind: 'predicted', reason: this.#reason };
  }

  pass({ after, evidence = [], branches = [], basis, ...hop }: Passed): void {
    this.#hops.push({
      seed: null,
      ...hop,
      id: `${this.kind}.${this.#hops.length + 1}`,
      after: after ?? hop.before,
      evidence: [...evidence],
      branches: [...branches],
      basis: basis ?? this.predicted,
      at: hop.at ?? null,
    });
  }
}
