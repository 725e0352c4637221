import type { Hop, Packet } from '../contract/path.ts';
import type { Crossed } from './journey.ts';
import { answerTo, destinationOf, sourceOf } from './packet.ts';
import type { PathFacts, Told } from './path-facts.ts';
import { seed } from './seed.ts';
import { shownBy, type Trail } from './trail.ts';

/** One connection that was made: who began it, the nodes that it crossed, and who answers. */
export interface Connection {
  /** `client`, or the node of the pod that began it. */
  readonly machine: string;
  /** Undefined: the client. */
  readonly pod: string | undefined;
  readonly crossed: readonly Crossed[];
  readonly answerer: {
    readonly machine: string;
    /** A pod, or the address of a machine outside the cluster. */
    readonly name: string;
    readonly place: Hop['place'];
    readonly packet: Packet;
  };
}

/** The answer's way home, through the same nodes: what conntrack remembers is undone in reverse. `got`: the lines by which the client says what it got. */
export function wayBack(
  { trail, facts, got }: { trail: Trail; facts: PathFacts; got: readonly Told[] },
  connections: readonly Connection[],
): void {
  const proxied = connections.length > 1;
  for (const [index, connection] of [...connections].reverse().entries()) {
    const passesOn = proxied && index > 0;
    sendBack(trail, facts, connection, passesOn);
    arriveHome(trail, connection, got);
  }
}

function sendBack(trail: Trail, facts: PathFacts, connection: Connection, passesOn: boolean): void {
  const { answerer, crossed } = connection;
  trail.pass({
    machine: answerer.machine,
    place: answerer.place,
    layer: passesOn ? 'gateway' : 'app',
    sentence: passesOn
      ? { en: `${answerer.name} forwards the response.`, ja: `${answerer.name} が応答を中継する。` }
      : {
          en: `${answerer.name} responds to ${destinationOf(answerTo(answerer.packet))}, the source it sees.`,
          ja: `${answerer.name} が、送信元に見える ${destinationOf(answerTo(answerer.packet))} に応答する。`,
        },
    before: answerTo(answerer.packet),
    seed: seed.answers,
    ...shownBy(crossed.at(-1)?.passage.answered ?? []),
  });
  for (const [index, crossing] of [...crossed].reverse().entries()) {
    const earlier = [...crossed].reverse()[index + 1];
    translateBack(trail, crossing);
    if (earlier) overlayBack(trail, facts, crossing, earlier);
  }
}

/** The client says itself what it got; of a pod the kernel of its node does. */
function arriveHome(trail: Trail, { answerer, crossed, machine, pod }: Connection, got: readonly Told[]): void {
  const home = crossed[0]?.came ?? answerer.packet;
  const shown = pod === undefined ? shownBy(got) : shownBy(crossed[0]?.passage.answered ?? []);
  trail.pass({
    machine,
    place: pod === undefined ? { kind: 'interface', name: 'LAN' } : { kind: 'pod', name: pod },
    layer: 'link',
    sentence: {
      en: `The response arrives at ${pod ?? 'the client'} from ${sourceOf(answerTo(home))}, the address it sent to.`,
      ja: `応答が${pod ? ` ${pod} ` : 'クライアント'}に届く。送信元はリクエストの宛先だった ${sourceOf(answerTo(home))}。`,
    },
    before: answerTo(home),
    seed: seed.wayBack,
    ...shown,
  });
}

function translateBack(trail: Trail, { node, came, went, passage, balanced }: Crossed): void {
  const who = balanced
    ? { en: `IPVS and conntrack on ${node} reverse`, ja: `${node} の IPVS と conntrack` }
    : { en: `conntrack on ${node} reverses`, ja: `${node} の conntrack` };
  const [before, after] = [answerTo(went), answerTo(came)];
  if (sourceOf(before) === sourceOf(after) && destinationOf(before) === destinationOf(after)) return;
  trail.pass({
    machine: node,
    place: { kind: 'chain', name: 'conntrack' },
    layer: 'kernel',
    sentence: {
      en: `${who.en} the translation: source ${sourceOf(before)} becomes ${sourceOf(after)}.`,
      ja: `${who.ja} が変換を逆に戻す: 送信元 ${sourceOf(before)} が ${sourceOf(after)} になる。`,
    },
    before,
    after,
    seed: seed.wayBack,
    at: passage.at,
    ...shownBy(passage.answered, { evidence: passage.tracked }),
  });
}

function overlayBack(trail: Trail, facts: PathFacts, far: Crossed, near: Crossed): void {
  const link = facts.nodes.get(far.node)?.links?.value.find(({ name }) => name === far.device);
  const home = facts.nodes.get(near.node);
  if (!link?.vxlan || !home) return;
  const before = answerTo(far.came);
  const { local, port, vni } = link.vxlan;
  trail.pass({
    machine: far.node,
    place: { kind: 'interface', name: link.name },
    layer: 'overlay',
    sentence: {
      en: `${link.name} of ${far.node} sends the response in VXLAN to ${home.address} (${near.node}).`,
      ja: `${far.node} の ${link.name} が応答を VXLAN でカプセル化し、${home.address} (${near.node}) へ送る。`,
    },
    before,
    after: { ...before, outer: { source: local, destination: home.address, port, vni } },
    seed: seed.wayBack,
    ...shownBy(near.passage.answers),
  });
}
