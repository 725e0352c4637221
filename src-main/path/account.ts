import type { Branch, Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Flow } from '../netfilter/matching.ts';
import type { VirtualServer } from '../netfilter/virtual-servers.ts';
import type { Rule, Ruleset } from '../netfilter/ruleset.ts';
import type { Deed } from './deed.ts';
import type { Chosen, PassedOn } from './gateway-asked.ts';
import type { NodeFacts, Quote, Told } from './path-facts.ts';
import type { Stop } from './stops.ts';
import type { Ground } from './trail.ts';

/**
 * What becomes of packets. There are two who say it: the facts, which predict it (predicted-account.ts), and those who watched a request
 * (observed-account.ts), who say what is predicted where nobody told.
 */
export interface Account {
  /** A packet of the client with what is known of where it was sent from. */
  sent(packet: Packet): Packet;
  /** Whether the client knew a name without this query for it. */
  isRemembered(query: Packet): boolean;
  /** The address that the client learns of a name for which CoreDNS has one, and the lines that say so. */
  learned(name: string, address: string): { readonly address: string; readonly told: readonly Told[] };
  /** The node that takes a packet of the client from the LAN; undefined: none that is known. */
  taker(packet: Packet): Taker | undefined;
  /** That nobody on the LAN says that the packet's address is theirs; undefined: that does not show. */
  silence(packet: Packet): Told | undefined;
  /** Whether a packet that is told of on no node came to none, by the silence or because all nodes listened. */
  isUnseen(silence: Told | undefined): boolean;
  passage(node: string, packet: Packet): Passage;
  rules(crossing: AtNode): NodeRules;
  /** That a packet which left a node did not come to the next, with the lines that show it; undefined: it came, as far as is known. */
  lost(from: Passage, next: string, packet: Packet): readonly Told[] | undefined;
  passedOn(chosen: Chosen): PassedOn;
  /** What client and server agreed on when TLS began, and the client's lines of it. */
  handshake(): Handshake;
}

export interface Handshake {
  /** `TLSv1.3 / TLS_AES_256_GCM_SHA384`; undefined: not told. */
  readonly spoken: string | undefined;
  /** Of the server's certificate. */
  readonly subject: string | undefined;
  readonly issuer: string | undefined;
  readonly told: readonly Told[];
  /** The client took the certificate for no good; `told`: its line of it. */
  readonly refused: { readonly stop: Stop; readonly told: readonly Told[] } | undefined;
}

export interface Taker {
  readonly node: NodeFacts;
  /** What says that it announces the address. */
  readonly evidence: readonly Quote[];
  /** Why nobody does, where the client's kernel alone has not forgotten that node. */
  readonly nobodyElse?: Text;
}

/** What was told of a packet on one node. Nothing, where nobody looked, and of a request that was not made. */
export interface Passage {
  readonly isTold: boolean;
  /** Milliseconds from the first telling of conntrack on any node to that of this one, by their clocks; null: not told. */
  readonly at: number | null;
  /** The addresses of the cards that it came from and to; null: not told. */
  readonly macs: { readonly source: string | null; readonly destination: string | null };
  /** The line that says it came in. */
  readonly arrival: readonly Told[];
  /** Whether an answer came back through the node; undefined: not told. */
  readonly replied: boolean | undefined;
  /** What conntrack said of the flow. */
  readonly tracked: readonly Told[];
  /** What the kernel told of the answer on its way back. */
  readonly answers: readonly Told[];
  /** All that shows that it was answered. */
  readonly answered: readonly Told[];
}

export const UNTOLD_PASSAGE: Passage = {
  isTold: false,
  replied: undefined,
  at: null,
  macs: { source: null, destination: null },
  arrival: [],
  tracked: [],
  answers: [],
  answered: [],
};

/** A packet that comes in by a device of a node, whose rules are known. */
export interface AtNode {
  readonly node: NodeFacts;
  readonly rules: Ruleset;
  readonly packet: Packet;
  readonly device: string;
}

/** What the rules of a node do to the packet, hook by hook. */
export interface NodeRules {
  prerouting(): Ruled;
  filter(hook: 'input' | 'forward' | 'output', flow: Flow, packet: Packet): Ruled;
  /** What IPVS does to a packet that came for an address of the node; undefined: it has no virtual server for it. */
  balance(flow: Flow, packet: Packet): Balanced | undefined;
  postrouting(flow: Flow, packet: Packet): Ruled;
}

/** What the rules of one hook do to a packet. */
export interface Ruled {
  /** As the next hook gets it. */
  readonly flow: Flow;
  readonly packet: Packet;
  /** What was done to translate its addresses. */
  readonly translations: readonly GroundedDeed[];
  /** Where the rules may send it; none: they give it no new destination. */
  readonly branches: readonly Branch[];
  /** What says that it was let pass. */
  readonly ground: Ground;
  /** Undefined: it was let pass. */
  readonly refusal: Refusal | undefined;
  /** Rules that were passed by, for they cannot be judged. */
  readonly unjudged: readonly Rule[];
}

/** A packet that IPVS takes, behind the filters of INPUT. */
export interface Balanced {
  readonly server: VirtualServer;
  /** The real server that it goes to, and how it goes on; undefined: there is none, and the kernel refuses it. */
  readonly taken:
    | { readonly forward: string; readonly remembered: boolean; readonly flow: Flow; readonly packet: Packet }
    | undefined;
  readonly branches: readonly Branch[];
  readonly ground: Ground;
}

export type GroundedDeed = Deed & { readonly ground: Ground };

/** A rule that takes a packet out. */
export interface Refusal {
  readonly kind: 'drop' | 'reject';
  /** `filter FORWARD`; where no rule did it but the policy, `FORWARD`. */
  readonly chain: string;
  /** The rule's comment, else its text. */
  readonly rule: string;
  readonly ground: Ground;
  /** The lines of the request that say so. */
  readonly told: readonly Told[];
}
