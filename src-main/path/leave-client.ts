import type { Basis, Packet, PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { unansweredIn } from '../facts/neighbours.ts';
import type { WayTo } from '../facts/way-to.ts';
import { announcementOf } from './announcement.ts';
import { compareTaker } from './compare.ts';
import type { Journey, Progress } from './journey.ts';
import { lanDevice, macOf } from './node-network.ts';
import { notOurs, otherMachine, tellOther } from './other-machine.ts';
import { evidenceOf, quoted, type NodeFacts, type Reading } from './path-facts.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import type { Sighting } from './witness.ts';

/** How the client's packet gets to a node: its route, and who answers ARP for the address. */
export function leaveClient(journey: Journey, packet: Packet, way: Reading<WayTo | undefined> | undefined): Progress {
  if (way && !way.value) {
    const sentence = {
      en: `The client has no route to ${packet.destination}.`,
      ja: `クライアントに ${packet.destination} への経路がない。`,
    };
    return { kind: 'stopped', stop: { cause: 'no-route', sentence }, observed: true };
  }
  const device = way?.value?.device ?? clientDevice(journey);
  if (way?.value) tellRoute(journey, packet, way, device);
  const owner = ownerOf(journey, packet);
  if (owner.kind === 'nobody') return owner.progress;
  const { node, evidence } = owner;
  const sighting = journey.witness?.find(node.name, packet);
  const known = journey.facts.client.neighbours?.value.find(({ address }) => address === packet.destination);
  const remembered = evidenceOf(journey.facts.client.neighbours, packet.destination);
  const silence = silenceOf(journey, packet);
  if (journey.witness && !sighting && (silence || !known) && way?.value?.gateway === undefined) {
    tellSilence(journey, packet, [...(silence ? [silence] : []), ...remembered], silence !== undefined);
    return silence && known ? forgotten(packet, known.mac) : notSeen(journey, node, packet);
  }
  const mac = sighting?.packet.destinationMac ?? macOf(node, lanDevice(node));
  const framed = {
    ...packet,
    sourceMac: sighting?.packet.sourceMac ?? clientMac(journey, device),
    destinationMac: mac,
  };
  const unseen: Basis = known?.mac === mac ? read.neighbours : journey.trail.predicted;
  const basis: Basis = typeof sighting?.packet.destinationMac === 'string' ? { kind: 'observed' } : unseen;
  journey.trail.pass({
    machine: 'client',
    place: { kind: 'interface', name: device },
    layer: 'link',
    sentence: owner.isRemembered
      ? rememberedText(packet, node, mac)
      : {
          en: `${mac === null ? '' : `${packet.destination} is at ${mac}: `}${node.name} answers ARP for ${mac === null ? packet.destination : 'it'}.`,
          ja: `${packet.destination} の ${mac === null ? '' : `MAC アドレスは ${mac}。`}ARP に答えるのは ${node.name}。`,
        },
    before: packet,
    after: framed,
    evidence: [...(sighting ? [sighting.arrival] : []), ...(known ? remembered : []), ...evidence],
    seed: seed.arp,
    basis,
  });
  if (known && mac !== null && known.mac !== mac && !sighting) warnOfOldEntry(journey, packet.destination, known.mac);
  if (journey.witness && !sighting && !journey.witness.blind(node.name)) return notSeen(journey, node, packet);
  arrive(journey, node, framed, sighting);
  return { kind: 'on-link', node: node.name, device: lanDevice(node), packet: framed };
}

function arrive(journey: Journey, node: NodeFacts, framed: Packet, sighting: Sighting | undefined): void {
  const device = lanDevice(node);
  journey.trail.pass({
    machine: node.name,
    place: { kind: 'interface', name: device },
    layer: 'link',
    sentence: {
      en: `${device === '' ? '' : `${device} of `}${node.name} takes the packet from the LAN.`,
      ja: `${node.name} ${device === '' ? '' : `の ${device} `}が LAN からパケットを受け取る。`,
    },
    before: framed,
    evidence: sighting ? [sighting.arrival] : evidenceOf(node.interfaces, device),
    seed: node.address === framed.destination ? seed.nodePort : seed.arrives,
    basis: sighting ? { kind: 'observed' } : journey.trail.predicted,
    at: sighting?.at,
  });
}

function tellRoute(journey: Journey, packet: Packet, way: Reading<WayTo | undefined>, device: string): void {
  const via = way.value?.gateway === undefined ? '' : ` via ${way.value.gateway}`;
  journey.trail.pass({
    machine: 'client',
    place: { kind: 'routing', name: 'main' },
    layer: 'kernel',
    sentence: {
      en: `The client sends ${packet.destination} out by ${device}${via}.`,
      ja: `クライアントは ${packet.destination} 宛を ${device}${via} から送る。`,
    },
    before: packet,
    evidence: [quoted(way, way.text.trim().split('\n'))],
    basis: read.routes,
  });
}

type Owner =
  | {
      readonly kind: 'node';
      readonly node: NodeFacts;
      readonly evidence: readonly PathEvidence[];
      /** Nobody says any more that the address is theirs: the client's kernel has not forgotten it. */
      readonly isRemembered: boolean;
    }
  | { readonly kind: 'nobody'; readonly progress: Progress };

/** The node that the packet goes to: that saw it, whose address it is, or that announces it. */
function ownerOf(journey: Journey, packet: Packet): Owner {
  const { facts, witness, differences } = journey;
  const nodes = [...facts.nodes.values()];
  const own = nodes.find(({ address }) => address === packet.destination);
  const seen = witness && nodes.find(({ name }) => witness.find(name, packet) !== undefined);
  const announced = own ? undefined : announcementOf(facts, packet.destination);
  const evidence = announced?.evidence ?? [];
  if (seen && announced?.kind === 'node') differences.push(...compareTaker(announced.node, seen.name));
  const node = seen ?? own ?? (announced?.kind === 'node' ? facts.nodes.get(announced.node) : undefined);
  if (node) return { kind: 'node', node, evidence, isRemembered: false };
  if (announced?.kind !== 'nobody') {
    const why = {
      en: `Who has ${packet.destination} is not known.`,
      ja: `${packet.destination} を持つマシンが分からない。`,
    };
    return { kind: 'nobody', progress: { kind: 'unknown', why } };
  }
  const remembered = witness ? undefined : rememberedNode(journey, packet.destination);
  if (remembered) {
    journey.warnings.push({ kind: 'neighbour', text: announced.stop.sentence });
    return { kind: 'node', node: remembered, evidence, isRemembered: true };
  }
  const other = otherMachine(journey, packet.destination);
  if (other) {
    tellOther(journey, packet, other);
    return { kind: 'nobody', progress: { kind: 'unknown', why: notOurs(packet, other) } };
  }
  const silence = silenceOf(journey, packet);
  tellSilence(journey, packet, [...(silence ? [silence] : []), ...evidence], silence !== undefined);
  return { kind: 'nobody', progress: { kind: 'stopped', stop: announced.stop, observed: silence !== undefined } };
}

function tellSilence(
  { facts, trail }: Journey,
  packet: Packet,
  evidence: readonly PathEvidence[],
  asked = false,
): void {
  trail.pass({
    machine: 'client',
    place: { kind: 'interface', name: clientDevice({ facts }) },
    layer: 'link',
    sentence: {
      en: `Nobody answers ARP for ${packet.destination}.`,
      ja: `${packet.destination} の ARP に誰も答えない。`,
    },
    before: packet,
    evidence,
    seed: seed.arp,
    ...(asked && { basis: { kind: 'observed' } }),
  });
}

/** That nobody answered when the LAN was asked for the address; undefined: somebody did, or it was not asked. */
function silenceOf({ answer, facts, reply }: Journey, { destination }: Packet): PathEvidence | undefined {
  if (answer?.value.asked && answer.value.address === destination) {
    return answer.value.macs.length > 0 ? undefined : quoted(answer, answer.text.trim().split('\n'));
  }
  const { neighbours } = facts.client;
  const isFailed = reply !== undefined && unansweredIn(neighbours?.text ?? '').includes(destination);
  return isFailed ? evidenceOf(neighbours, destination)[0] : undefined;
}

/** The kernel still has an entry, so the packet left, for a machine that is not there any more. */
function forgotten({ destination }: Packet, mac: string): Progress {
  const sentence = {
    en: `Nobody answers ARP for ${destination} any more. The client still remembers ${mac}, and its packets go to nobody.`,
    ja: `${destination} の ARP にもう誰も答えない。クライアントは ${mac} を覚えたままで、パケットは誰にも届かない。`,
  };
  return { kind: 'stopped', stop: { cause: 'no-arp-answer', sentence }, observed: true };
}

function notSeen({ answer }: Journey, { name }: NodeFacts, { destination }: Packet): Progress {
  const macs = answer?.value.address === destination ? answer.value.macs.join(', ') : '';
  if (macs !== '') {
    const sentence = {
      en: `${macs} answers ARP for ${destination}, and the packet was not seen on ${name} nor on any other node.`,
      ja: `${destination} の ARP に ${macs} が答えるが、${name} にもほかのノードにもパケットが届いていない。`,
    };
    return { kind: 'stopped', stop: { cause: 'timeout', sentence }, observed: true };
  }
  const sentence = {
    en: `The client asked who has ${destination}, and its packet was not seen on ${name} nor on any other node.`,
    ja: `クライアントは ${destination} を尋ねたが、${name} にもほかのノードにもパケットが届いていない。`,
  };
  return { kind: 'stopped', stop: { cause: 'no-arp-answer', sentence }, observed: true };
}

function warnOfOldEntry({ warnings, facts }: Journey, address: string, mac: string): void {
  const holder = [...facts.nodes.values()].find((node) => macOf(node, lanDevice(node)) === mac)?.name ?? mac;
  warnings.push({
    kind: 'neighbour',
    text: {
      en: `The client still has ${holder} for ${address} in its neighbour table: until that entry is renewed, packets go there.`,
      ja: `クライアントの隣接テーブルでは ${address} がまだ ${holder} になっている。更新されるまでパケットはそちらへ行く。`,
    },
  });
}

/** The node that the client's kernel has for an address, whoever announces it now. */
function rememberedNode({ facts }: Journey, address: string): NodeFacts | undefined {
  const mac = facts.client.neighbours?.value.find((one) => one.address === address)?.mac;
  return [...facts.nodes.values()].find((one) => mac !== undefined && macOf(one, lanDevice(one)) === mac);
}

function rememberedText({ destination }: Packet, { name }: NodeFacts, mac: string | null): Text {
  return {
    en: `Nobody announces ${destination}, and the client still has ${mac ?? '?'} for it: ${name} gets the packet.`,
    ja: `${destination} を広告するノードはないが、クライアントは ${mac ?? '?'} を覚えたままで、パケットは ${name} に届く。`,
  };
}

/** The interface that knows a node as its neighbour is the one on the LAN. */
function clientDevice({ facts }: Pick<Journey, 'facts'>): string {
  const nodes = new Set([...facts.nodes.values()].map(({ address }) => address));
  return facts.client.neighbours?.value.find(({ address }) => nodes.has(address))?.device ?? '';
}

function clientMac({ facts }: Journey, device: string): string | null {
  return facts.client.interfaces?.value.find(({ name }) => name === device)?.mac ?? null;
}

/** The client's own address on the LAN; undefined where it is not known. */
export function clientAddress(
  { facts }: Pick<Journey, 'facts'>,
  way: Reading<WayTo | undefined> | undefined,
): string | undefined {
  const { lab, client } = facts;
  if (way?.value?.source !== undefined) return way.value.source;
  if (lab.client.kind === 'ssh') return lab.client.address;
  const device = way?.value?.device ?? clientDevice({ facts });
  return client.interfaces?.value.find(({ name }) => name === device)?.ipv4[0]?.address;
}
