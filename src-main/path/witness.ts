import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { ToldDeed } from './deed.ts';
import type { Hook } from '../netfilter/ruleset.ts';
import type { Told } from './path-facts.ts';

/** What the kernel of a node said about the first packet of a flow. */
export interface Sighting {
  /** As it came in. */
  readonly packet: Packet;
  readonly device: string;
  /** Its connection was open already: rules of nat were not asked. */
  readonly continues: boolean;
  /** The line that says it came in. */
  readonly arrival: Told;
  /** Milliseconds from the first telling of conntrack on any node to that of this one, by their clocks; null: not told. */
  readonly at: number | null;
  /** What the rules of each hook that it passed did. */
  readonly hooks: ReadonlyMap<Hook, readonly ToldDeed[]>;
  /** How it left, with its addresses translated; undefined: it did not. */
  readonly left: Packet | undefined;
  /** The lines that say how it left. */
  readonly leaving: readonly Told[];
  /** What conntrack said of the flow. */
  readonly tracked: readonly Told[];
  /** Whether the kernel saw an answer. */
  readonly replied: boolean;
  /** What the kernel told of the answer on its way back. */
  readonly answers: readonly Told[];
}

/** A connection that was begun and not made. */
export interface Attempt {
  readonly endpoint: string;
  readonly evidence: Told;
}

/** What was seen of one request in all kernels. */
export interface Witness {
  /** The ports of a flow that was seen, where the packet has none yet. */
  flow(packet: Packet): Pick<Packet, 'source' | 'sourcePort'> | undefined;
  /** The packet on a node; undefined: it was not there, or nobody looked. */
  find(node: string, packet: Packet): Sighting | undefined;
  /**
   * The packets from an address that a node found the request's mark in, the last one last, and the lines that say so;
   * undefined: it could not look, at all of the ports.
   */
  carried(
    node: string,
    source: string,
    ports: readonly number[],
  ): readonly { readonly packet: Packet; readonly evidence: Told }[] | undefined;
  /** That a node could not look for the mark, with the word of its iptables, where it has one; undefined: it could. */
  unmarked(node: string): { readonly said: string } | undefined;
  /** The endpoints to which an address began connections that were not made, as conntrack of that node told. */
  attempts(node: string, source: string, endpoints: readonly string[]): readonly Attempt[];
  /** Whether the connection of a packet is still open; undefined: conntrack of that node does not tell. */
  isOpen(node: string, packet: Packet): { readonly open: boolean; readonly evidence: Told } | undefined;
  /** Whether conntrack of a node told of the flow: it tells of all, where tracing is limited on a busy node. */
  tracks(node: string, packet: Packet): boolean;
  /** The lines by which a node said that it listens, and did until the end; undefined: it did not say so, and its silence means nothing. */
  watched(node: string): Told | undefined;
  /** Why nobody looked on a node, or not until the end; undefined: somebody did. */
  blind(node: string): Text | undefined;
}
