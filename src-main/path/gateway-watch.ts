import type { Basis, Difference } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { endpointsBehind } from './gateway-backends.ts';
import { compareBackend, compareNobody } from './compare.ts';
import {
  branchesOf,
  likelyAsked,
  packetTo,
  type Asked,
  type Chosen,
  type Passed,
  type PassedOn,
} from './gateway-asked.ts';
import type { Choice } from './gateway-choice.ts';
import { destinationOf } from './packet.ts';
import { joined, type PathFacts, type Told } from './path-facts.ts';
import { saidBy, type Reply } from './reply.ts';
import { shownBy } from './trail.ts';
import type { Witness } from './witness.ts';

interface Watching {
  readonly facts: PathFacts;
  readonly witness: Witness;
  readonly reply: Reply;
  readonly predicted: Extract<Basis, { kind: 'predicted' }>;
  /** Where the differences to what is predicted are put. */
  readonly differences: Difference[];
}

/** What NGINX did with a request, as its node told. */
export function passedOn(watching: Watching, chosen: Chosen): PassedOn {
  const seen = watch(watching, chosen);
  const passed = passedOf(seen);
  const { choice } = chosen;
  if (seen.marked) return { passed, asked: marked(watching, chosen, seen.marked) };
  if (choice.kind === 'backend') {
    if (seen.blind || seen.attempts.length > 0) return { passed, asked: likely(watching, chosen, seen) };
    tellNobody(watching, choice);
  }
  return { passed, asked: undefined, ...ownAnswer(watching, choice, passed) };
}

/** A packet of NGINX in which the mark was found. */
type Carried = NonNullable<ReturnType<Witness['carried']>>[number];

/** What the kernel of NGINX's node saw of its packets. */
interface Watched {
  /** The packet with the mark of this request; undefined: there was none, or nobody could look. */
  readonly marked: (Carried & { readonly open: ReturnType<Witness['isOpen']> }) | undefined;
  /** Why nobody could look for the mark. */
  readonly blind: Text | undefined;
  readonly attempts: readonly { readonly endpoint: string; readonly evidence: readonly Told[] }[];
  /** That the node listened, and that the request came to NGINX. */
  readonly there: readonly Told[];
}

/** Looks at what NGINX's node told. */
function watch({ witness, facts }: Watching, { first: { node, pod }, choice, arrival }: Chosen): Watched {
  const address = pod.address ?? '';
  const branches = branchesOf(choice).map(({ endpoint }) => endpoint);
  const endpoints = [...new Set([...branches, ...endpointsBehind(facts)])];
  const ports = endpoints.map((endpoint) => Number(endpoint.split(':')[1]));
  const carried = witness.carried(node, address, [...new Set(ports)]);
  // a request that is mirrored has the mark as well
  const own = carried?.filter(({ packet }) => branches.includes(destinationOf(packet)));
  const marked = own?.at(-1) ?? carried?.at(-1);
  const begun = branches.filter((endpoint) => witness.flow(packetTo(endpoint, address, '')));
  const failed = witness.attempts(node, address, endpoints);
  const others = begun.filter((endpoint) => !failed.some((one) => one.endpoint === endpoint));
  const listened = witness.watched(node);
  const isHeard = listened !== undefined && arrival.length > 0;
  return {
    marked: marked && { ...marked, open: witness.isOpen(node, marked.packet) },
    blind:
      witness.blind(node) ??
      (carried ? undefined : unmarked(node, witness.unmarked(node))) ??
      (isHeard ? undefined : unheard(node)),
    there: isHeard ? [listened, ...arrival] : [],
    attempts: [
      ...failed.map(({ endpoint, evidence }) => ({ endpoint, evidence: [evidence] })),
      ...others.map((endpoint) => ({ endpoint, evidence: [] })),
    ],
  };
}

/** That nobody got the request is said only where the node listened and told of the request itself. */
function passedOf({ marked, blind, attempts, there }: Watched): Passed {
  if (marked) {
    const { open, packet, evidence } = marked;
    return {
      kind: 'to',
      asked: destinationOf(packet),
      open: open?.open,
      told: joined([evidence, ...(open ? [open.evidence] : [])]),
    };
  }
  if (blind) return { kind: 'unknown', why: blind };
  const told = joined([...there, ...attempts.flatMap(({ evidence }) => evidence)]);
  return { kind: 'nobody', tried: [...new Set(attempts.map(({ endpoint }) => endpoint))], told };
}

function unheard(node: string): Text {
  return {
    en: `${node} did not report this request arriving at NGINX, so the absence of a packet from NGINX proves nothing.`,
    ja: `${node} はこのリクエストが NGINX に届いたことを伝えていない。NGINX のパケットが見えなかったことからは何も言えない。`,
  };
}

/** @param unable that it could not look; undefined: nobody expected the request at these pods. */
function unmarked(node: string, unable: ReturnType<Witness['unmarked']>): Text {
  if (!unable) {
    return {
      en: `${node} did not search NGINX's packets to these pods for this request's mark: from what was read before the request it was not expected there.`,
      ja: `${node} はこれらの Pod への NGINX のパケットからリクエストの印を探していない。リクエストの前に読んだ情報からは、そこへ届くと予測されていなかった。`,
    };
  }
  if (unable.said !== '') {
    return {
      en: `${node} could not search NGINX's packets for this request's mark: ${unable.said}`,
      ja: `${node} では NGINX のパケットからこのリクエストの印を探せなかった: ${unable.said}`,
    };
  }
  return {
    en: `${node} could not search NGINX's packets for this request's mark: its iptables did not accept the rule, which requires iptables-nft with the string match.`,
    ja: `${node} では NGINX のパケットからこのリクエストの印を探せなかった。そのルールを iptables が受け付けていない。iptables-nft とその string マッチが要る。`,
  };
}

/** The packet that a kernel found the request's mark in. */
function marked({ differences }: Watching, { choice, host }: Chosen, { packet, evidence }: Carried): Asked {
  const endpoints = branchesOf(choice).map(({ endpoint }) => endpoint);
  if (choice.kind !== 'unknown') differences.push(...compareBackend(endpoints, destinationOf(packet)));
  const sent = choice.kind === 'backend' ? choice.host : host;
  return { packet: { ...packet, host: sent }, ground: shownBy([evidence]) };
}

/** Without a mark nobody saw that NGINX sent the request to a pod: to which it may have been. */
function likely({ witness }: Watching, chosen: Chosen, { attempts, blind }: Watched): Asked {
  const { choice } = chosen;
  const tried = branchesOf(choice).filter(({ endpoint }) => attempts.some((one) => one.endpoint === endpoint));
  const packet = likelyAsked(
    chosen,
    tried.map(({ endpoint }) => endpoint),
  );
  const flow = witness.flow(packet);
  const endpoints = choice.kind === 'backend' ? choice.endpoints : [];
  const evidence = [...attempts.flatMap((one) => one.evidence), ...endpoints];
  const reason = blind ?? (tried.length > 1 ? SEVERAL : ONE);
  return {
    packet: flow ? { ...packet, sourcePort: flow.sourcePort } : packet,
    ground: { evidence, basis: { kind: 'predicted', reason } },
  };
}

/** By its routes it was to ask one, unless it was to answer so itself. */
function tellNobody(
  { differences, reply }: Watching,
  { instead, branches }: Extract<Choice, { kind: 'backend' }>,
): void {
  if (instead.some(({ status }) => status === reply.status)) return;
  differences.push(...compareNobody(branches.map(({ endpoint }) => endpoint)));
}

/** What NGINX answers itself: told where nobody got the request, and the client an answer. */
function ownAnswer({ reply, predicted }: Watching, choice: Choice, passed: Passed): Pick<PassedOn, 'own'> {
  const { status } = reply;
  if (status === 0 || (passed.kind !== 'nobody' && choice.kind === 'unknown')) return {};
  const basis = passed.kind === 'unknown' ? ({ kind: 'predicted', reason: passed.why } as const) : predicted;
  return {
    own: { status, ground: shownBy(passed.kind === 'nobody' ? [saidBy(reply), ...passed.told] : [], { basis }) },
  };
}

const ONE: Text = {
  en: "NGINX opened a connection to this pod during that time, and none of its packets carried this request's mark: whether it was for this request is unknown.",
  ja: 'NGINX はその間にこの Pod への接続を始めたが、このリクエストの印はどのパケットにも見つからない。このリクエストのためかどうかは分からない。',
};

const SEVERAL: Text = {
  en: "NGINX connected to several pods during that time, and no packet carried this request's mark: which one was for this request is unknown.",
  ja: 'NGINX はその間に複数の Pod に接続した。パケットにこのリクエストの印が見つからず、どれがそれかは分からない。',
};
