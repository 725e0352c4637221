import type { Basis, Packet, PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Pod } from '../cluster/pods.ts';
import { follow, leavePod } from './follow.ts';
import { compareBackend } from './compare.ts';
import { chooseBackend, isGateway, type Choice, type HttpRequest } from './gateway-choice.ts';
import type { Journey, Progress } from './journey.ts';
import { destinationOf, newPacket } from './packet.ts';
import { evidenceOf, objectEvidence } from './path-facts.ts';
import { seed } from './seed.ts';
import type { Connection } from './way-back.ts';
import type { Witness } from './witness.ts';

/** How a request ended, and the connections that it took to get there. */
export interface Requested {
  readonly progress: Progress;
  readonly connections: readonly Connection[];
}

/** Follows a request to the program that answers it: through NGINX, where NGINX takes it, on to the app. */
export function request(
  journey: Journey,
  start: Progress,
  origin: Pick<Connection, 'machine' | 'pod'>,
  http: HttpRequest,
): Requested {
  const first = follow(journey, start);
  const crossed = [...journey.crossed];
  if (first.kind === 'at-node') return { progress: atNode(journey, first), connections: [] };
  if (first.kind !== 'at-pod') return { progress: first, connections: [] };
  const connection = { ...origin, crossed, answerer: answererOf(first) };
  if (!isGateway(first.pod)) {
    takesIt(journey, first);
    return { progress: first, connections: [connection] };
  }
  return throughGateway(journey, first, connection, http);
}

/** NGINX ends the client's connection and begins one of its own. */
function throughGateway(
  journey: Journey,
  first: Extract<Progress, { kind: 'at-pod' }>,
  connection: Connection,
  http: HttpRequest,
): Requested {
  const choice = chooseBackend(journey.facts, first.pod, first.packet.destinationPort, http);
  const base = {
    machine: first.node,
    place: { kind: 'pod', name: nameOf(first.pod) } as const,
    layer: 'gateway' as const,
    evidence: choice.evidence,
    seed: seed.listener,
  };
  const carries = { ...first.packet, host: http.host };
  const carried = journey.witness?.carried(first.node, first.pod.address ?? '');
  const marked = carried?.at(-1);
  if (choice.kind !== 'backend' && !marked) {
    const { sentence } = choice.kind === 'refused' ? choice.stop : choice;
    journey.trail.pass({ ...base, sentence, before: carries });
    if (choice.kind === 'answered') return { progress: first, connections: [connection] };
    return { progress: { kind: 'stopped', stop: choice.stop, observed: false }, connections: [connection] };
  }
  const foretold = choice.kind === 'backend' ? choice : { branches: [], host: http.host, sentence: PASSED_ON };
  const asked = marked ? told(journey, foretold, marked) : likely(journey, first, foretold, carried !== undefined);
  const endpoint = destinationOf(asked.packet);
  journey.trail.pass({
    ...base,
    sentence: foretold.sentence,
    evidence: [...choice.evidence, ...asked.evidence],
    before: carries,
    after: asked.packet,
    branches: foretold.branches.map((branch) => ({ ...branch, taken: branch.endpoint === endpoint })),
    seed: seed.backend,
    basis: asked.basis,
  });
  journey.crossed.length = 0;
  const second = follow(journey, leavePod(journey, first.pod, asked.packet));
  if (second.kind !== 'at-pod') return { progress: second, connections: [connection] };
  takesIt(journey, second);
  const inner = { machine: first.node, pod: nameOf(first.pod), crossed: [...journey.crossed] };
  return { progress: second, connections: [connection, { ...inner, answerer: answererOf(second) }] };
}

function nameOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}

function answererOf({ node, pod, packet }: Extract<Progress, { kind: 'at-pod' }>): Connection['answerer'] {
  return { machine: node, pod: nameOf(pod), packet };
}

type Foretold = Pick<Extract<Choice, { kind: 'backend' }>, 'branches' | 'host' | 'sentence'>;

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
  { branches, host }: Foretold,
  { packet, evidence }: NonNullable<ReturnType<Witness['carried']>>[number],
): Asked {
  const endpoints = branches.map(({ endpoint }) => endpoint);
  differences.push(...compareBackend(endpoints, destinationOf(packet)));
  return { packet: { ...packet, host }, basis: { kind: 'observed' }, evidence: [evidence] };
}

/**
 * Without a mark NGINX sent no request: it could not connect, and which pod it tried is certain if that was one alone.
 * @param looked whether the mark was looked for
 */
function likely(
  { witness, trail }: Journey,
  { pod, node }: Extract<Progress, { kind: 'at-pod' }>,
  { branches, host }: Foretold,
  looked: boolean,
): Asked {
  const all = branches.map(({ endpoint }) => packetTo(endpoint, pod.address ?? '', host));
  const seen = all.flatMap((packet) => {
    const flow = witness?.flow(packet);
    return flow ? [{ ...packet, sourcePort: flow.sourcePort }] : [];
  });
  const packet = seen[0] ?? all[0] ?? packetTo('', pod.address ?? '', host);
  const asked = { packet, evidence: [] };
  if (!witness || witness.blind(node)) return { ...asked, basis: trail.predicted };
  if (!looked) return { ...asked, basis: { kind: 'predicted', reason: unmarked(node) } };
  if (seen.length > 1) return { ...asked, basis: { kind: 'predicted', reason: SEVERAL } };
  return { ...asked, basis: seen.length === 1 ? { kind: 'observed' } : trail.predicted };
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

function takesIt(journey: Journey, { node, pod, packet }: Extract<Progress, { kind: 'at-pod' }>): void {
  const sighting = journey.crossed.at(-1)?.sighting ?? journey.witness?.find(node, packet);
  const replied = sighting?.replied ?? false;
  journey.trail.pass({
    machine: node,
    place: { kind: 'pod', name: nameOf(pod) },
    layer: 'app',
    sentence: {
      en: `The request is at ${nameOf(pod)}, port ${packet.destinationPort}, where ${packet.source} looks like the client.`,
      ja: `リクエストが ${nameOf(pod)} のポート ${packet.destinationPort} に着く。クライアントは ${packet.source} に見える。`,
    },
    before: packet,
    evidence: objectEvidence(journey.facts.cluster.pods, [pod], 'metadata').map((one) => ({
      ...one,
      lines: [`${nameOf(pod)} podIP ${pod.address ?? ''} node ${pod.node ?? ''} ready ${String(pod.ready)}`],
    })),
    seed: seed.pod,
    basis: replied ? { kind: 'observed' } : journey.trail.predicted,
  });
}

/** A program of the node itself: it is known whether one listens. */
function atNode(journey: Journey, progress: Extract<Progress, { kind: 'at-node' }>): Progress {
  const { node, packet } = progress;
  const listening = journey.facts.nodes.get(node)?.listening;
  const { protocol, destinationPort } = packet;
  const program = listening?.value.find((one) => one.protocol === protocol && one.port === destinationPort);
  if (listening && !program) {
    const sentence = {
      en: `Nothing on ${node} listens at ${protocol} port ${destinationPort}, and no Service has it as its NodePort.`,
      ja: `${node} の ${protocol} ポート ${destinationPort} で待つプログラムも、これを NodePort とする Service もない。`,
    };
    return { kind: 'stopped', stop: { cause: 'not-listening', sentence }, observed: false };
  }
  journey.trail.pass({
    machine: node,
    place: { kind: 'interface', name: `${protocol} ${destinationPort}` },
    layer: 'app',
    sentence: {
      en: `${program?.program || 'A program'} of ${node} takes the request at port ${destinationPort}.`,
      ja: `${node} の ${program?.program || 'プログラム'} がポート ${destinationPort} でリクエストを受ける。`,
    },
    before: packet,
    evidence: evidenceOf(listening, `:${destinationPort} `),
  });
  return progress;
}
