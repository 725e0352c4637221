import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { endpointsBehind } from './gateway-backends.ts';
import type { Choice } from './gateway-choice.ts';
import type { Journey, Progress } from './journey.ts';
import { destinationOf, newPacket } from './packet.ts';
import { joined, type Told } from './path-facts.ts';
import type { Witness } from './witness.ts';

/** A request that has come to a pod. */
export type AtPod = Extract<Progress, { kind: 'at-pod' }>;

/** Whom NGINX passed a request on to, as the kernel of its node saw it. `told`: the lines that say so. */
export type Passed =
  /** `open`: the connection was still there after the answer, as NGINX keeps it after a whole one; undefined: not known. */
  | {
      readonly kind: 'to';
      readonly asked: string;
      readonly open: boolean | undefined;
      readonly told: readonly Told[];
    }
  /** `tried`: endpoints to which it began a connection. */
  | { readonly kind: 'nobody'; readonly tried: readonly string[]; readonly told: readonly Told[] }
  | { readonly kind: 'unknown'; readonly why: Text };

/** A packet of NGINX in which the mark was found. */
export type Carried = NonNullable<ReturnType<Witness['carried']>>[number];

/** What the kernel of NGINX's node saw of its packets. */
export interface Seen {
  /** The packet with the mark of this request; undefined: there was none, or nobody could look. */
  readonly marked: (Carried & { readonly open: ReturnType<Witness['isOpen']> }) | undefined;
  /** Why nobody could look for the mark. */
  readonly blind: Text | undefined;
  readonly attempts: readonly { readonly endpoint: string; readonly evidence: readonly Told[] }[];
  /** That the node listened, and that the request came to NGINX. */
  readonly there: readonly Told[];
}

/** Looks at what NGINX's node told; undefined: no request was made. */
export function watch({ witness, facts, crossed }: Journey, { node, pod }: AtPod, choice: Choice): Seen | undefined {
  if (!witness) return undefined;
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
  const arrival = crossed.find((one) => one.node === node)?.sighting?.arrival;
  return {
    marked: marked && { ...marked, open: witness.isOpen(node, marked.packet) },
    blind:
      witness.blind(node) ??
      (carried ? undefined : unmarked(node)) ??
      (listened && arrival ? undefined : unheard(node)),
    there: listened && arrival ? [listened, arrival] : [],
    attempts: [
      ...failed.map(({ endpoint, evidence }) => ({ endpoint, evidence: [evidence] })),
      ...others.map((endpoint) => ({ endpoint, evidence: [] })),
    ],
  };
}

/** That nobody got the request is said only where the node listened and told of the request itself. */
export function passedOf({ marked, blind, attempts, there }: Seen): Passed {
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

/** The endpoints that it may ask. */
export function branchesOf(choice: Choice) {
  return choice.kind === 'backend' ? choice.branches : [];
}

function unheard(node: string): Text {
  return {
    en: `${node} did not tell that this request came to NGINX: that it told of no packet of NGINX with the request means nothing.`,
    ja: `${node} はこのリクエストが NGINX に届いたことを伝えていない。NGINX のパケットが見えなかったことからは何も言えない。`,
  };
}

function unmarked(node: string): Text {
  return {
    en: `${node} cannot look for the mark of this request in the packets of NGINX: that takes iptables-nft with its match string.`,
    ja: `${node} では NGINX のパケットからこのリクエストの印を探せない。iptables-nft とその string マッチが要る。`,
  };
}

/** @param endpoint `10.244.1.3:8080` */
export function packetTo(endpoint: string, source: string, host: string): Packet {
  const [destination = '', port] = endpoint.split(':');
  const base = { protocol: 'tcp', source, sourcePort: null } as const;
  return newPacket({ ...base, destination, destinationPort: Number(port), host });
}
