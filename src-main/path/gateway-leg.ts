import type { Handshake } from './account.ts';
import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { chooseBackend, gatewayOf, type Choice } from './gateway-choice.ts';
import { tlsListener } from './gateway-hosts.ts';
import { tlsEnded } from './gateway-words.ts';
import { branchesOf, type AtPod, type Passed, type PassedOn } from './gateway-asked.ts';
import type { Journey, Progress } from './journey.ts';
import { destinationOf } from './packet.ts';
import { objectEvidence } from './path-facts.ts';
import { read } from './read-basis.ts';
import type { HttpRequest } from './request-match.ts';
import { seed } from './seed.ts';
import { shownBy } from './trail.ts';

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
  tellTls(journey, first, http);
  const refusal = journey.account.handshake().refused;
  if (refusal) return endedByClient(refusal);
  const choice = chooseBackend(journey.facts, first.pod, first.packet.destinationPort, http);
  journey.warnings.push(...choice.notes.map((text) => ({ kind: 'route', text }) as const));
  const arrival = journey.crossed.find(({ node }) => node === first.node)?.passage.arrival ?? [];
  const { asked, own, passed } = journey.account.passedOn({ first, choice, host: http.host, arrival });
  const gateway = { choice, passed };
  tellChoice(journey, { first, choice }, http);
  if (!asked) {
    if (own) tellOwn(journey, { first, own }, http);
    return { gateway, asked: undefined, progress: ownProgress(choice, first) };
  }
  const endpoint = destinationOf(asked.packet);
  const pod = branchesOf(choice).find((branch) => branch.endpoint === endpoint)?.pod;
  journey.trail.pass({
    ...hopAt(first),
    sentence: passedOn(endpoint, pod ?? undefined),
    before: { ...first.packet, host: http.host },
    after: asked.packet,
    branches: branchesOf(choice).map((branch) => ({ ...branch, taken: branch.endpoint === endpoint })),
    seed: seed.backend,
    ...asked.ground,
  });
  return { gateway, asked: asked.packet, progress: ownProgress(choice, first) };
}

/** The client ends the connection while TLS begins: NGINX gets no request. */
function endedByClient({ stop, told }: NonNullable<Handshake['refused']>): ReturnType<typeof passOn> {
  const choice: Choice = { kind: 'refused', status: 0, stop, evidence: [], notes: [] };
  return { gateway: { choice, passed: undefined }, asked: undefined, progress: { kind: 'stopped', stop, told } };
}

function hopAt({ node, pod }: AtPod) {
  const place = { kind: 'pod', name: `${pod.namespace}/${pod.name}` } as const;
  return { machine: node, place, layer: 'gateway', seed: seed.listener } as const;
}

/** The handshake, by the client's own word, where NGINX ends TLS. */
function tellTls({ facts, account, trail }: Journey, first: AtPod, { sni }: HttpRequest): void {
  const gateway = gatewayOf(facts, first.pod);
  const listener = gateway && tlsListener(gateway, first.packet.destinationPort, sni);
  if (!listener) return;
  const shaken = account.handshake();
  const evidence = objectEvidence(facts.cluster.gateways, [gateway], 'spec.listeners');
  trail.pass({
    ...hopAt(first),
    sentence: tlsEnded({ listener: listener.name, certificates: listener.certificates }, sni, shaken),
    before: first.packet,
    ...shownBy(shaken.spoken === undefined ? [] : shaken.told, { evidence, basis: read.gateway }),
  });
}

function ownProgress(choice: Choice, first: AtPod): Progress {
  if (choice.kind === 'refused') return { kind: 'stopped', stop: choice.stop };
  return choice.kind === 'unknown' ? { kind: 'unknown', why: choice.sentence } : first;
}

/** What NGINX makes of the request, by its objects: no line of it tells which of them it took. */
function tellChoice(
  { trail }: Journey,
  { first, choice }: { first: AtPod; choice: Choice },
  { host }: HttpRequest,
): void {
  trail.pass({
    ...hopAt(first),
    sentence: choice.kind === 'refused' ? choice.stop.sentence : choice.sentence,
    before: { ...first.packet, host },
    evidence: choice.evidence,
    ...(choice.kind !== 'unknown' && { basis: read.gateway }),
  });
}

/** NGINX answers itself: told where nobody got the request, and the client an answer. */
function tellOwn(
  { trail }: Journey,
  { first, own: { status, ground } }: { first: AtPod; own: NonNullable<PassedOn['own']> },
  { host }: HttpRequest,
): void {
  trail.pass({ ...hopAt(first), sentence: ownAnswer(status), before: { ...first.packet, host }, ...ground });
}

function ownAnswer(status: number): Text {
  return {
    en: `NGINX forwarded the request to no pod, and the client got HTTP ${status}: NGINX responded itself.`,
    ja: `NGINX はリクエストをどの Pod にも転送せず、クライアントは HTTP ${status} を受け取った。NGINX 自身の応答である。`,
  };
}

function passedOn(endpoint: string, pod: string | undefined): Text {
  const of = pod === undefined ? '' : ` (${pod})`;
  return {
    en: `NGINX forwards the request to ${endpoint}${of}.`,
    ja: `NGINX がリクエストを ${endpoint}${of} に転送する。`,
  };
}
