import type { Basis, Packet, PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { compareBackend, compareNobody } from './compare.ts';
import { endpointsBehind } from './gateway-backends.ts';
import { chooseBackend, type Choice } from './gateway-choice.ts';
import type { Journey, Progress } from './journey.ts';
import { destinationOf, newPacket } from './packet.ts';
import { quoted } from './path-facts.ts';
import type { HttpRequest } from './request-match.ts';
import { seed } from './seed.ts';
import type { Witness } from './witness.ts';

/** Whom NGINX passed a request on to, as the kernel of its node saw it. */
export type Passed =
  /** `open`: the connection was still there after the answer, as NGINX keeps it after a whole one; undefined: not known. */
  | { readonly kind: 'to'; readonly asked: string; readonly open: boolean | undefined }
  /** `tried`: endpoints to which it began a connection. */
  | { readonly kind: 'nobody'; readonly tried: readonly string[] }
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
  const own = { gateway, asked: undefined };
  const progress = ownProgress(choice, first);
  if (!isPassedOn(choice, seen)) {
    tellOwn(journey, { first, choice, seen }, http);
    return { ...own, progress };
  }
  const asked = seen?.marked
    ? told(journey, { choice, host: http.host }, seen.marked)
    : likely(journey, first, { choice, seen });
  const endpoint = destinationOf(asked.packet);
  journey.trail.pass({
    ...hopAt(first, choice),
    sentence: choice.kind === 'backend' ? choice.sentence : PASSED_ON,
    evidence: [...choice.evidence, ...asked.evidence],
    before: { ...first.packet, host: http.host },
    after: asked.packet,
    branches: branchesOf(choice).map((branch) => ({ ...branch, taken: branch.endpoint === endpoint })),
    seed: seed.backend,
    basis: asked.basis,
  });
  return { gateway, asked: asked.packet, progress };
}

type Carried = NonNullable<ReturnType<Witness['carried']>>[number];

/** What the kernel of NGINX's node saw of its packets. */
interface Seen {
  /** The packet with the mark of this request; undefined: there was none, or nobody could look. */
  readonly marked: (Carried & { readonly open: boolean | undefined }) | undefined;
  /** Why nobody could look for the mark. */
  readonly blind: Text | undefined;
  readonly attempts: readonly { readonly endpoint: string; readonly evidence: readonly PathEvidence[] }[];
}

function watch({ witness, facts }: Journey, { node, pod }: AtPod, choice: Choice): Seen | undefined {
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
  return {
    marked: marked && { ...marked, open: witness.isOpen(node, marked.packet)?.open },
    blind: witness.blind(node) ?? (carried ? undefined : unmarked(node)),
    attempts: [
      ...failed.map(({ endpoint, evidence }) => ({ endpoint, evidence: [evidence] })),
      ...others.map((endpoint) => ({ endpoint, evidence: [] })),
    ],
  };
}

function passedOf({ marked, blind, attempts }: Seen): Passed {
  if (marked) return { kind: 'to', asked: destinationOf(marked.packet), open: marked.open };
  if (blind) return { kind: 'unknown', why: blind };
  return { kind: 'nobody', tried: [...new Set(attempts.map(({ endpoint }) => endpoint))] };
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

function hopAt({ node, pod }: AtPod, { evidence }: Choice) {
  const place = { kind: 'pod', name: `${pod.namespace}/${pod.name}` } as const;
  return { machine: node, place, layer: 'gateway', evidence, seed: seed.listener } as const;
}

function ownProgress(choice: Choice, first: AtPod): Progress {
  if (choice.kind === 'refused') return { kind: 'stopped', stop: choice.stop, observed: false };
  return choice.kind === 'unknown' ? { kind: 'unknown', why: choice.sentence } : first;
}

/** NGINX answers itself. It is observed where nobody got the request, and the client an answer. */
function tellOwn(
  { trail, reply, differences }: Journey,
  { first, choice, seen }: { first: AtPod; choice: Choice; seen: Seen | undefined },
  { host }: HttpRequest,
): void {
  const isAlone = seen !== undefined && seen.blind === undefined;
  const isSeen = isAlone && reply !== undefined && reply.status > 0;
  const head = reply?.lines.filter((line) => /^HTTP\/\S+ \d+/.test(line)) ?? [];
  const client = isSeen ? [quoted({ machine: 'client', command: reply.command }, head.slice(-1))] : [];
  const foretold = choice.kind === 'refused' ? choice.stop.sentence : choice.sentence;
  const isForetold =
    choice.kind === 'backend'
      ? choice.instead.some(({ status }) => status === reply?.status)
      : choice.kind !== 'unknown';
  if (choice.kind === 'backend' && !isForetold) {
    differences.push(...compareNobody(choice.branches.map(({ endpoint }) => endpoint)));
  }
  trail.pass({
    ...hopAt(first, choice),
    sentence: isSeen && !(isForetold && choice.kind !== 'backend') ? ownAnswer(reply.status) : foretold,
    evidence: [...choice.evidence, ...client],
    before: { ...first.packet, host },
    ...(isSeen && head.length > 0 && { basis: { kind: 'observed' } as const }),
    ...(seen?.blind && { basis: { kind: 'predicted', reason: seen.blind } as const }),
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
  readonly basis: Basis;
  readonly evidence: readonly PathEvidence[];
}

const PASSED_ON: Text = { en: 'NGINX passes the request on.', ja: 'NGINX がリクエストを転送する。' };

/** The packet that a kernel found the request's mark in. */
function told(
  { differences }: Journey,
  { choice, host }: { choice: Choice; host: string },
  { packet, evidence }: Carried,
): Asked {
  const endpoints = branchesOf(choice).map(({ endpoint }) => endpoint);
  if (choice.kind !== 'unknown') differences.push(...compareBackend(endpoints, destinationOf(packet)));
  const sent = choice.kind === 'backend' ? choice.host : host;
  return { packet: { ...packet, host: sent }, basis: { kind: 'observed' }, evidence: [evidence] };
}

/** Without a mark NGINX sent no request: it could not connect, and which pod it tried is certain if that was one alone. */
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
  const asked = { packet, evidence };
  if (!seen) return { ...asked, basis: trail.predicted };
  if (seen.blind) return { ...asked, basis: { kind: 'predicted', reason: seen.blind } };
  if (tried.length > 1) return { ...asked, basis: { kind: 'predicted', reason: SEVERAL } };
  return { ...asked, basis: trail.predicted };
}

const SEVERAL: Text = {
  en: 'NGINX asked several pods in that time, and no kernel tells for which request: the mark of this one was not found in its packets.',
  ja: 'NGINX はその間に複数の Pod に問い合わせた。パケットにこのリクエストの印が見つからず、どれがそれかは分からない。',
};

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
