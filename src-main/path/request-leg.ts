import type { Pod } from '../cluster/pods.ts';
import { closedNodePort } from './closed-node-port.ts';
import { follow, leavePod } from './follow.ts';
import { isGateway } from './gateway-choice.ts';
import { passOn, type AtGateway } from './gateway-leg.ts';
import type { Journey, Progress } from './journey.ts';
import { destinationOf } from './packet.ts';
import { objectEvidence, quoted } from './path-facts.ts';
import type { HttpRequest } from './request-match.ts';
import { seed } from './seed.ts';
import { shownBy } from './trail.ts';
import type { Connection } from './way-back.ts';

/** How a request ended, and the connections that it took to get there. */
export interface Requested {
  readonly progress: Progress;
  readonly connections: readonly Connection[];
  /** Undefined: it did not come to NGINX. */
  readonly gateway?: AtGateway;
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
  if (!isTaken(first)) return { progress: first, connections: [] };
  const connection = { ...origin, crossed, answerer: answererOf(first) };
  if (first.kind === 'outside') return { progress: first, connections: [connection] };
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
  const { gateway, asked, progress } = passOn(journey, first, http);
  if (!asked) return { progress, connections: [connection], gateway };
  journey.crossed.length = 0;
  const second = follow(journey, leavePod(journey, first.pod, asked));
  if (!isTaken(second)) return { progress: second, connections: [connection], gateway };
  if (second.kind === 'at-pod') takesIt(journey, second);
  const inner = { machine: first.node, pod: nameOf(first.pod), crossed: [...journey.crossed] };
  return { progress: second, connections: [connection, { ...inner, answerer: answererOf(second) }], gateway };
}

function nameOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}

type Taken = Extract<Progress, { kind: 'at-pod' | 'outside' }>;

function isTaken(progress: Progress): progress is Taken {
  return progress.kind === 'at-pod' || progress.kind === 'outside';
}

function answererOf(taken: Taken): Connection['answerer'] {
  const { packet } = taken;
  if (taken.kind === 'outside')
    return { machine: taken.machine, name: destinationOf(packet), place: taken.place, packet };
  const name = nameOf(taken.pod);
  return { machine: taken.node, name, place: { kind: 'pod', name }, packet };
}

function takesIt(journey: Journey, { node, pod, packet }: Extract<Progress, { kind: 'at-pod' }>): void {
  const crossing = journey.crossed.at(-1)?.passage;
  const { answered } = crossing?.isTold ? crossing : journey.account.passage(node, packet);
  journey.trail.pass({
    machine: node,
    place: { kind: 'pod', name: nameOf(pod) },
    layer: 'app',
    sentence: {
      en: `The request arrives at ${nameOf(pod)}, port ${packet.destinationPort}, with ${packet.source} as its source.`,
      ja: `リクエストが ${nameOf(pod)} のポート ${packet.destinationPort} に着く。送信元は ${packet.source} である。`,
    },
    before: packet,
    seed: seed.pod,
    ...shownBy(answered, {
      evidence: objectEvidence(journey.facts.cluster.pods, [pod], 'spec.nodeName', 'status.podIP'),
    }),
  });
}

/** A program of the node itself: it is known whether one listens. */
function atNode(journey: Journey, progress: Extract<Progress, { kind: 'at-node' }>): Progress {
  const { node, packet } = progress;
  const listening = journey.facts.nodes.get(node)?.listening;
  const { protocol, destinationPort } = packet;
  const program = listening?.value.find((one) => one.protocol === protocol && one.port === destinationPort);
  if (listening && !program) {
    const closed = closedNodePort(journey, node, packet);
    if (closed) return closed;
    const sentence = {
      en: `Nothing on ${node} listens on ${protocol} port ${destinationPort}, and no Service has it as its NodePort.`,
      ja: `${node} の ${protocol} ポート ${destinationPort} で待つプログラムも、これを NodePort とする Service もない。`,
    };
    return { kind: 'stopped', stop: { cause: 'not-listening', sentence } };
  }
  journey.trail.pass({
    machine: node,
    place: { kind: 'interface', name: `${protocol} ${destinationPort}` },
    layer: 'app',
    sentence: {
      en: `${program?.program || 'A program'} of ${node} receives the request on port ${destinationPort}.`,
      ja: `${node} の ${program?.program || 'プログラム'} がポート ${destinationPort} でリクエストを受ける。`,
    },
    before: packet,
    evidence: listening ? [quoted(listening, socketLines(listening.text, protocol, destinationPort))] : [],
  });
  return progress;
}

/** The lines of `ss` with a port of the machine's own. */
function socketLines(text: string, protocol: string, port: number | null): readonly string[] {
  return text.split('\n').filter((line) => {
    const [kind, , , , own = ''] = line.trim().split(/\s+/);
    return kind === protocol && own.endsWith(`:${port}`);
  });
}
