import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { WayTo } from '../facts/way-to.ts';
import type { Passage } from './account.ts';
import { announcementOf } from './announcement.ts';
import type { Journey, Progress } from './journey.ts';
import { lanDevice, macOf } from './node-network.ts';
import { isAnybodys, notOfPool, notOurs, otherMachine, tellOther } from './other-machine.ts';
import type { Read } from '../facts/reading.ts';
import { evidenceOf, type NodeFacts, type Told } from './path-facts.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import { clientDevice, notSeen, silent, tellSilence } from './silence.ts';
import { shownBy } from './trail.ts';

/** How the client's packet gets to a node: its route, and who answers ARP for the address. */
export function leaveClient(journey: Journey, packet: Packet, way: Read<WayTo | undefined> | undefined): Progress {
  if (way && !way.value) return noRoute(journey, packet, way);
  const device = way?.value?.device ?? clientDevice(journey);
  if (way?.value) tellRoute(journey, packet, way, routeText(packet, way.value, device));
  const { account, trail } = journey;
  const silence = account.silence(packet);
  const taker = account.taker(packet);
  if (!taker) return nobody(journey, packet, silence);
  const { node, evidence, nobodyElse } = taker;
  if (nobodyElse) journey.warnings.push({ kind: 'neighbour', text: nobodyElse });
  const { isTold, macs, arrival } = account.passage(node.name, packet);
  const known = journey.facts.client.neighbours?.value.find(({ address }) => address === packet.destination);
  const isLost = !isTold && account.isUnseen(silence);
  const isNew = journey.facts.client.neighbours !== undefined && !known;
  if (isLost && (silence || isNew) && way?.value?.gateway === undefined) {
    tellSilence(journey, packet, silence);
    return silence ? silent(packet, known?.mac, silence) : notSeen(journey, node, packet);
  }
  const mac = macs.destination ?? macOf(node, lanDevice(node));
  const framed = {
    ...packet,
    sourceMac: macs.source ?? clientMac(journey, device),
    destinationMac: mac,
  };
  const remembered = known ? evidenceOf(journey.facts.client.neighbours, packet.destination) : [];
  const basis = known?.mac === mac ? read.neighbours : trail.predicted;
  trail.pass({
    machine: 'client',
    place: { kind: 'interface', name: device },
    layer: 'link',
    sentence: nobodyElse
      ? rememberedText(packet, node, mac)
      : {
          en: `${mac === null ? '' : `${packet.destination} is at ${mac}: `}${node.name} answers ARP for ${mac === null ? packet.destination : 'it'}.`,
          ja: `${packet.destination} の ${mac === null ? '' : `MAC アドレスは ${mac}。`}ARP に答えるのは ${node.name}。`,
        },
    before: packet,
    after: framed,
    seed: seed.arp,
    ...shownBy(macs.destination === null ? [] : arrival, {
      basis,
      evidence: [...remembered, ...evidence],
    }),
  });
  if (known && mac !== null && known.mac !== mac && !isTold) warnOfOldEntry(journey, packet.destination, known.mac);
  if (isLost) return notSeen(journey, node, packet);
  arrive(journey, node, framed, account.passage(node.name, packet));
  return { kind: 'on-link', node: node.name, device: lanDevice(node), packet: framed };
}

function noRoute(journey: Journey, packet: Packet, way: Read<WayTo | undefined>): Progress {
  const sentence = {
    en: `The client has no route to ${packet.destination}.`,
    ja: `クライアントに ${packet.destination} への経路がない。`,
  };
  tellRoute(journey, packet, way, sentence);
  return { kind: 'stopped', stop: { cause: 'no-route', sentence } };
}

function arrive(journey: Journey, node: NodeFacts, framed: Packet, { at, arrival }: Passage): void {
  const device = lanDevice(node);
  journey.trail.pass({
    machine: node.name,
    place: { kind: 'interface', name: device },
    layer: 'link',
    sentence: {
      en: `${device === '' ? '' : `${device} of `}${node.name} receives the packet from the LAN.`,
      ja: `${node.name} ${device === '' ? '' : `の ${device} `}が LAN からパケットを受け取る。`,
    },
    before: framed,
    seed: node.address === framed.destination ? seed.nodePort : seed.arrives,
    at,
    ...shownBy(arrival, { evidence: evidenceOf(node.interfaces, device) }),
  });
}

function routeText({ destination }: Packet, { gateway }: WayTo, device: string): Text {
  const via = gateway === undefined ? '' : ` via ${gateway}`;
  return {
    en: `The client sends the packet for ${destination} out through ${device}${via}.`,
    ja: `クライアントは ${destination} 宛のパケットを ${device}${via} から送る。`,
  };
}

function tellRoute({ trail }: Journey, packet: Packet, way: Read<WayTo | undefined>, sentence: Text): void {
  trail.pass({
    machine: 'client',
    place: { kind: 'routing', name: 'main' },
    layer: 'kernel',
    sentence,
    before: packet,
    evidence: evidenceOf(way),
    basis: read.routes,
  });
}

/** No node is known to take the packet: why, and what the client found at the address. */
function nobody(journey: Journey, packet: Packet, silence: Told | undefined): Progress {
  const { facts } = journey;
  const announced = announcementOf(facts, packet.destination);
  if (announced.kind !== 'nobody') {
    const why = {
      en: `Which machine has ${packet.destination} is unknown.`,
      ja: `${packet.destination} を持つマシンが分からない。`,
    };
    return { kind: 'unknown', why };
  }
  const other = otherMachine(journey, packet.destination);
  if (other) {
    tellOther(journey, packet, other);
    return { kind: 'unknown', why: notOurs(packet, other) };
  }
  if (!silence && !announced.stop.because && isAnybodys(facts, packet)) {
    return { kind: 'unknown', why: notOfPool(packet) };
  }
  tellSilence(journey, packet, silence, announced.evidence);
  return { kind: 'stopped', stop: announced.stop, told: silence ? [silence] : [] };
}

function warnOfOldEntry({ warnings, facts }: Journey, address: string, mac: string): void {
  const holder = [...facts.nodes.values()].find((node) => macOf(node, lanDevice(node)) === mac)?.name ?? mac;
  warnings.push({
    kind: 'neighbour',
    text: {
      en: `The client still has ${holder} for ${address} in its neighbor table: until that entry is refreshed, packets go there.`,
      ja: `クライアントの隣接テーブルでは ${address} がまだ ${holder} になっている。更新されるまでパケットはそちらへ行く。`,
    },
  });
}

function rememberedText({ destination }: Packet, { name }: NodeFacts, mac: string | null): Text {
  return {
    en: `No node announces ${destination}, but the client still has ${mac ?? '?'} for it: ${name} receives the packet.`,
    ja: `${destination} を広告するノードはないが、クライアントは ${mac ?? '?'} を覚えたままで、パケットは ${name} に届く。`,
  };
}

function clientMac({ facts }: Journey, device: string): string | null {
  return facts.client.interfaces?.value.find(({ name }) => name === device)?.mac ?? null;
}

/** The client's own address on the LAN; undefined where it is not known. */
export function clientAddress(
  { facts }: Pick<Journey, 'facts'>,
  way: Read<WayTo | undefined> | undefined,
): string | undefined {
  const { lab, client } = facts;
  if (way?.value?.source !== undefined) return way.value.source;
  if (lab.client.kind === 'ssh') return lab.client.address;
  const device = way?.value?.device ?? clientDevice({ facts });
  return client.interfaces?.value.find(({ name }) => name === device)?.ipv4[0]?.address;
}
