import type { Direction, IpSet } from './ip-sets.ts';

/*
 * One model for the rules of iptables and of nftables, as far as they decide where a packet of a Service goes. What a rule
 * has beyond that is kept as `unknown`, with its text.
 */

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** What a condition or a map may look at. */
export type Field = 'source' | 'destination' | 'protocol' | 'source-port' | 'destination-port';

/** A chain that the kernel itself calls. */
export interface BaseChain {
  readonly table: string;
  readonly name: string;
  /** Chains of `nat` see the first packet of a flow only. */
  readonly kind: 'filter' | 'nat';
  readonly hook: Hook;
  /** Lower ones come first: iptables' nat has -100 before routing and 100 after it. */
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

interface Negatable {
  readonly negated: boolean;
}

export type Condition =
  | ({ readonly kind: 'network'; readonly field: 'source' | 'destination'; readonly network: string } & Negatable)
  | ({ readonly kind: 'protocol'; readonly protocol: string } & Negatable)
  | ({
      readonly kind: 'port';
      readonly field: 'source-port' | 'destination-port';
      readonly ranges: readonly { readonly first: number; readonly last: number }[];
    } & Negatable)
  /** A name that ends in `+` stands for every interface that begins so. */
  | ({ readonly kind: 'interface'; readonly side: 'in' | 'out'; readonly name: string } & Negatable)
  /** The mark, masked, is the value. */
  | ({ readonly kind: 'mark'; readonly mask: number; readonly value: number } & Negatable)
  /** Lower case: `new`, `established`, `dnat` … */
  | ({ readonly kind: 'state'; readonly states: readonly string[] } & Negatable)
  /** The address is one of the machine's own. */
  | ({ readonly kind: 'local'; readonly field: 'source' | 'destination' } & Negatable)
  | ({ readonly kind: 'member'; readonly fields: readonly Field[]; readonly set: string } & Negatable)
  /** The source address was seen lately, by a list of the `recent` match: session affinity. */
  | ({ readonly kind: 'remembered'; readonly list: string } & Negatable)
  /** A set of `ipset`; `directions` has one for each part of its elements. */
  | ({ readonly kind: 'ip-set'; readonly set: string; readonly directions: readonly Direction[] } & Negatable)
  | { readonly kind: 'chance'; readonly probability: number }
  | { readonly kind: 'unknown'; readonly text: string };

export type Action =
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'return' | 'accept' | 'drop' | 'reject' | 'masquerade' }
  | { readonly kind: 'dnat'; readonly address: string; readonly port: number | undefined }
  /** The mark becomes (mark & keep) ^ flip. */
  | { readonly kind: 'mark'; readonly keep: number; readonly flip: number }
  /** One of them, each as likely as the others. */
  | { readonly kind: 'choose'; readonly options: readonly Action[] }
  /** What a map says to the values of the fields; nothing when they are not in it. */
  | { readonly kind: 'look-up'; readonly fields: readonly Field[]; readonly map: string };

export interface Rule {
  /** As the program printed it: a line of iptables-save, or an element of nft's list. */
  readonly text: string;
  readonly comment: string;
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
}

export interface Ruleset {
  readonly bases: readonly BaseChain[];
  /** By `table chain`. */
  readonly chains: ReadonlyMap<string, readonly Rule[]>;
  /** By `table set`: each element has a value for each field of the set. */
  readonly sets: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** By `table map`. */
  readonly maps: ReadonlyMap<string, readonly MapElement[]>;
  /** By name: those of `ipset`, which rules of iptables look into. Absent: not read. */
  readonly ipSets?: ReadonlyMap<string, IpSet>;
}

export interface MapElement {
  /** As the program printed it. */
  readonly text: string;
  readonly key: readonly string[];
  readonly action: Action;
  /** Empty where there is none. */
  readonly comment: string;
}

/** The rules of a machine that has both iptables' and nftables'. Tables of the same name must not be in both. */
export function joinRulesets(all: readonly Ruleset[]): Ruleset {
  return {
    bases: all.flatMap(({ bases }) => bases),
    chains: new Map(all.flatMap(({ chains }) => [...chains])),
    sets: new Map(all.flatMap(({ sets }) => [...sets])),
    maps: new Map(all.flatMap(({ maps }) => [...maps])),
    ipSets: new Map(all.flatMap(({ ipSets }) => [...(ipSets ?? [])])),
  };
}
