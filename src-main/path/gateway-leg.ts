import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { compareBackend, compareNobody } from './compare.ts';
import { chooseBackend, type Choice } from './gateway-choice.ts';
import {
  branchesOf,
  packetTo,
  passedOf,
  watch,
  type AtPod,
  type Carried,
  type Passed,
  type Seen,
} from './gateway-watch.ts';
import type { Journey, Progress } from './journey.ts';
import { destinationOf } from './packet.ts';
import { read } from './read-basis.ts';
import { saidBy } from './reply.ts';
import type { HttpRequest } from './request-match.ts';
import { seed } from './seed.ts';
import { shownBy, type Ground } from './trail.ts';

/** A request at NGINX. */
export interface AtGateway {
  readonly choice: Choice;
  /** Undefined: no request was made. */
  readonly passed: Passed | undefined;
}

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

/** Whether the path goes on to a pod: one got the request, or NGINX tried one, or by the routes one gets it and nobody could look. */
function isPassedOn(choice: Choice, seen: Seen | undefined): boolean {
  if (seen?.marked) return true;
  if (choice.kind !== 'backend') return false;
  return seen?.blind !== undefined || seen === undefined || seen.attempts.length > 0;
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
  const endpoints = choice.kind === 'backend' ? choice.endpoints : [];
  const evidence = [...(seen?.attempts.flatMap((one) => one.evidence) ?? []), ...endpoints];
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
