import type { ArpAnswer } from '../client/arp-answer.ts';
import type { Hop, Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Pod } from '../cluster/pods.ts';
import type { Account, Passage } from './account.ts';
import type { Read } from '../facts/reading.ts';
import type { PathFacts, Seen, Told } from './path-facts.ts';
import type { Stop } from './stops.ts';
import type { Trail } from './trail.ts';

/** One flow on its way: what is known, who says what becomes of it, and the hops so far. */
export interface Journey {
  readonly facts: PathFacts;
  readonly account: Account;
  /** Who answers ARP for the address, asked after a request that nobody answered. */
  readonly answer: Read<ArpAnswer> | undefined;
  readonly trail: Trail;
  /** Nodes that the flow has crossed, for the way back. */
  readonly crossed: Crossed[];
  /** Rules that were passed by, for they cannot be judged. */
  readonly unknown: Text[];
  /** What may go wrong though this packet passes. */
  readonly warnings: Warning[];
}

/** Something to know of a path that may pass all the same. */
export interface Warning {
  readonly kind: 'mtu' | 'neighbour' | 'route';
  readonly text: Text;
}

/** A node that a flow has crossed: the packet as it came and as it left. */
export interface Crossed {
  readonly node: string;
  readonly device: string;
  readonly came: Packet;
  readonly went: Packet;
  /** IPVS has given it its destination. */
  readonly balanced: boolean;
  readonly passage: Passage;
}

/** How far a packet is. */
export type Progress =
  | { readonly kind: 'at-pod'; readonly node: string; readonly pod: Seen<Pod>; readonly packet: Packet }
  /** A program of the node itself takes it. */
  | { readonly kind: 'at-node'; readonly node: string; readonly packet: Packet }
  /** At a machine that is no node and no pod: what happens there nobody sees. */
  | { readonly kind: 'outside'; readonly machine: string; readonly place: Hop['place']; readonly packet: Packet }
  /** On its way to another node, where it will come in by the device. */
  | { readonly kind: 'on-link'; readonly node: string; readonly device: string; readonly packet: Packet }
  /** A query that got its address. */
  | { readonly kind: 'resolved'; readonly sentence: Text }
  /** `told`: the lines of the request itself that show it; none: it follows from what was read. */
  | { readonly kind: 'stopped'; readonly stop: Stop; readonly told?: readonly Told[] }
  /** Facts that it would need were not read. */
  | { readonly kind: 'unknown'; readonly why: Text };
