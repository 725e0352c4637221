import type { Basis, Branch, Hop, Leg, Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Quote, Told } from './path-facts.ts';

/** What a hop rests on. Without a line of the request itself it is not observed. */
export type Ground =
  | { readonly basis: Extract<Basis, { kind: 'observed' }>; readonly evidence: readonly Told[] }
  /** Default: predicted, for the reason of the trail. */
  | { readonly basis?: Exclude<Basis, { kind: 'observed' }>; readonly evidence?: readonly Quote[] };

/** Observed by these lines; where there are none, what it rests on otherwise. */
export function shownBy(lines: readonly Told[], otherwise: Ground = {}): Ground {
  const evidence = lines.filter((one) => one.lines.length > 0);
  return evidence.length > 0 ? { basis: { kind: 'observed' }, evidence } : otherwise;
}

/** A hop that has passed, without what can be left to say. */
export type Passed = Place & Ground;

interface Place {
  readonly machine: string;
  readonly place: Hop['place'];
  readonly layer: Hop['layer'];
  readonly sentence: Text;
  readonly before: Packet;
  /** Default: as before. */
  readonly after?: Packet;
  readonly branches?: readonly Branch[];
  readonly seed?: Hop['seed'];
  readonly at?: number | null | undefined;
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

  get predicted(): Extract<Basis, { kind: 'predicted' }> {
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
