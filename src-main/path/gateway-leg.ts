import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { compareBackend, compareNobody } from './compare.ts';
import { endpointsBehind } from './gateway-backends.ts';
import { chooseBackend, type Choice } from './gateway-choice.ts';
import type { Journey, Progress } from './journey.ts';
import { destinationOf, newPacket } from './packet.ts';
import { joined, type Told } from './path-facts.ts';
import { read } from './read-basis.ts';
import { saidBy } from './reply.ts';
import type { HttpRequest } from './request-match.ts';
import { seed } from './seed.ts';
import { shownBy, type Ground } from './trail.ts';
import type { Witness } from './witness.ts';

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

/** A request at NGINX. */
export interface AtGateway {
  readonly choice: Choice;
  /** Undefined: no request was made. */
  readonly passed: Passed | undefined;
}

type AtPod = Extract<Progress, { kind: 'at-pod' }>;

/** What NGINX does with a request that has come to its pod. `asked`: its own packet to a pod; undefined: it answers itself. */
export function passOn(
  journey: Journey,
  first: AtPod,
  http: HttpRequest,
): { readonly gateway: AtGateway; readonly asked: Packet | undefined; readonly progress: Progress } {
  const choice = chooseBackend(journey.facts, first.pod, first.packet.destinationPort, http);
  journey.warnings.push(...choice.notes.map((text) => ({ kind: 'route', text }) as const));
  const seen = watch(journey, first, choice);
  const passed = seen && passedOf(seen);
  const gateway = { choice, passed };
  const progress = ownProgress(choice, first);
  tellChoice(journey, { first, choice, seen }, http);
  if (!isPassedOn(choice, seen)) {
    tellOwn(journey, { first, choice, passed }, http);
    return { gateway, asked: undefined, progress };
  }
  const asked = seen?.marked
    ? marked(journey, { choice, host: http.host }, seen.marked)
    : likely(journey, first, { choice, seen });
  const endpoint = destinationOf(asked.packet);
  journey.trail.pass({
    ...hopAt(first),
    sentence: passedOn(endpoint),
    before: { ...first.packet, host: http.host },
    after: asked.packet,
    branches: branchesOf(choice).map((branch) => ({ ...branch, taken: branch.endpoint === endpoint })),
    seed: seed.backend,
    ...asked.ground,
  });
  return { gateway, asked: asked.packet, progress };
}

type Carried = NonNullable<ReturnType<Witness['carried']>>[number];

/** What the kernel of NGINX's node saw of its packets. */
interface Seen {
  /** The packet with the mark of this request; undefined: there was none, or nobody could look. */
  readonly marked: (Carried & { readonly open: ReturnType<Witness['isOpen']> }) | undefined;
  /** Why nobody could look for the mark. */
  readonly blind: Text | undefined;
  readonly attempts: readonly { readonly endpoint: string; readonly evidence: readonly Told[] }[];
  /** That the node listened, and that the request came to NGINX. */
  readonly there: readonly Told[];
}

function watch({ witness, facts, crossed }: Journey, { node, pod }: AtPod, choice: Choice): Seen | undefined {
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

function passedOf({ marked, blind, attempts, there }: Seen): Passed {
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

/** Whether the path goes on to a pod: one got the request, or NGINX tried one, or by the routes one gets it and nobody could look. */
function isPassedOn(choice: Choice, seen: Seen | undefined): boolean {
  if (seen?.marked) return true;
  if (choice.kind !== 'backend') return false;
  return seen?.blind !== undefined || seen === undefined || seen.attempts.length > 0;
}

function branchesOf(choice: Choice) {
  return choice.kind === 'backend' ? choice.branches : [];
}

function hopAt({ node, pod }: AtPod) {
  const place = { kind: 'pod', name: `${pod.namespace}/${pod.name}` } as const;
  return { machine: node, place, layer: 'gateway', seed: seed.listener } as const;
}

function ownProgress(choice: Choice, first: AtPod): Progress {
  if (choice.kind === 'refused') return { kind: 'stopped', stop: choice.stop };
  return choice.kind === 'unknown' ? { kind: 'unknown', why: choice.sentence } : first;
}

/** What NGINX makes of the request, by its objects: no line of it tells which of them it took. */
function tellChoice(
  { trail, differences, reply }: Journey,
  { first, choice, seen }: { first: AtPod; choice: Choice; seen: Seen | undefined },
  { host }: HttpRequest,
): void {
  trail.pass({
    ...hopAt(first),
    sentence: choice.kind === 'refused' ? choice.stop.sentence : choice.sentence,
    before: { ...first.packet, host },
    evidence: choice.evidence,
    ...(choice.kind !== 'unknown' && { basis: read.gateway }),
  });
  const isNobody = seen !== undefined && !isPassedOn(choice, seen) && choice.kind === 'backend';
  if (isNobody && !choice.instead.some(({ status }) => status === reply?.status)) {
    differences.push(...compareNobody(choice.branches.map(({ endpoint }) => endpoint)));
  }
}

/** NGINX answers itself: seen where nobody got the request, and the client an answer. Of a request that was not made the choice is all. */
function tellOwn(
  { trail, reply }: Journey,
  { first, choice, passed }: { first: AtPod; choice: Choice; passed: Passed | undefined },
  { host }: HttpRequest,
): void {
  if (!reply || !passed || reply.status === 0) return;
  if (passed.kind !== 'nobody' && choice.kind === 'unknown') return;
  const basis = passed.kind === 'unknown' ? ({ kind: 'predicted', reason: passed.why } as const) : trail.predicted;
  trail.pass({
    ...hopAt(first),
    sentence: ownAnswer(reply.status),
    before: { ...first.packet, host },
    ...shownBy(passed.kind === 'nobody' ? [saidBy(reply), ...passed.told] : [], { basis }),
  });
}

function ownAnswer(status: number): Text {
  return {
    en: `NGINX passed the request to no pod, and the client got HTTP ${status}: NGINX answered itself.`,
    ja: `NGINX はリクエストをどの Pod にも転送せず、クライアントは HTTP ${status} を受け取った。NGINX 自身の応答である。`,
  };
}

/** NGINX's own packet to a pod. */
interface Asked {
  readonly packet: Packet;
  readonly ground: Ground;
}

function passedOn(endpoint: string): Text {
  return { en: `NGINX passes the request on to ${endpoint}.`, ja: `NGINX がリクエストを ${endpoint} に転送する。` };
}
/** The packet that a kernel found the request's mark in. */
function marked(
  { differences }: Journey,
  { choice, host }: { choice: Choice; host: string },
  { packet, evidence }: Carried,
): Asked {
  const endpoints = branchesOf(choice).map(({ endpoint }) => endpoint);
  if (choice.kind !== 'unknown') differences.push(...compareBackend(endpoints, destinationOf(packet)));
  const sent = choice.kind === 'backend' ? choice.host : host;
  return { packet: { ...packet, host: sent }, ground: shownBy([evidence]) };
}

/** Without a mark nobody saw that NGINX sent the request to a pod: to which it may have been. */
function likely(
  { witness, trail }: Journey,
  { pod }: AtPod,
  { choice, seen }: { choice: Choice; seen: Seen | undefined },
): Asked {
  const host = choice.kind === 'backend' ? choice.host : '';
  const all = branchesOf(choice).map(({ endpoint }) => packetTo(endpoint, pod.address ?? '', host));
  const tried = all.filter((packet) => seen?.attempts.some(({ endpoint }) => endpoint === destinationOf(packet)));
  const [first = packetTo('', pod.address ?? '', host)] = tried.length > 0 ? tried : all;
  const flow = witness?.flow(first);
  const packet = flow ? { ...first, sourcePort: flow.sourcePort } : first;
  const evidence = seen?.attempts.flatMap((one) => one.evidence) ?? [];
  const reason = seen && (seen.blind ?? (tried.length > 1 ? SEVERAL : ONE));
  return { packet, ground: { evidence, basis: reason ? { kind: 'predicted', reason } : trail.predicted } };
}

const ONE: Text = {
  en: 'NGINX began a connection to this pod in that time, and the mark of this request was found in none of its packets: whether it was for this request is not known.',
  ja: 'NGINX はその間にこの Pod への接続を始めたが、このリクエストの印はどのパケットにも見つからない。このリクエストのためかどうかは分からない。',
};

const SEVERAL: Text = {
  en: 'NGINX asked several pods in that time, and no kernel tells for which request: the mark of this one was not found in its packets.',
  ja: 'NGINX はその間に複数の Pod に問い合わせた。パケットにこのリクエストの印が見つからず、どれがそれかは分からない。',
};

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

function packetTo(endpoint: string, source: string, host: string): Packet {
  const [destination = '', port] = endpoint.split(':');
  const base = { protocol: 'tcp', source, sourcePort: null } as const;
  return newPacket({ ...base, destination, destinationPort: Number(port), host });
}
