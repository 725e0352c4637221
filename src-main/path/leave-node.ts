import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Link } from '../facts/links.ts';
import type { Route } from '../facts/routes.ts';
import type { Passage } from './account.ts';
import type { Journey, Progress } from './journey.ts';
import { overLan } from './leave-lan.ts';
import { lanDevice, macOf } from './node-network.ts';
import { evidenceOf, type NodeFacts, type Told } from './path-facts.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import type { Stop } from './stops.ts';
import { shownBy } from './trail.ts';

/** A packet that leaves a node by a route. */
export interface Leaving {
  readonly journey: Journey;
  readonly node: NodeFacts;
  readonly route: Route;
  readonly passage: Passage;
  /** Whether its destination is meant: a Service's rules gave it, or a pod sends there; else no rule was for it. */
  readonly meant: boolean;
}

/** How a packet goes on from a node: over VXLAN, over the bridge to a pod, or over the LAN. */
export function leaveNode(leaving: Leaving, packet: Packet): Progress {
  const { node, route } = leaving;
  const link = node.links?.value.find(({ name }) => name === route.device);
  if (link?.kind === 'vxlan') return encapsulate(leaving, link, packet);
  if (link?.kind === 'bridge') return toPod(leaving, link.name, packet);
  return overLan(leaving, packet);
}

function stop(cause: Stop['cause'], sentence: Text): Progress {
  return { kind: 'stopped', stop: { cause, sentence } };
}

function encapsulate(leaving: Leaving, link: Link, packet: Packet): Progress {
  const { journey, node, route, passage } = leaving;
  const { vxlan } = link;
  const gateway = route.gateway ?? packet.destination;
  const far = node.neighbours?.value.find(({ address, device }) => address === gateway && device === link.name);
  const entry = node.forwarding?.value.find(({ mac, device }) => mac === far?.mac && device === link.name);
  if (!vxlan || !far || entry?.destination === undefined) {
    return stop('no-route', {
      en: `${node.name} does not know which node is behind ${gateway} on ${link.name}: flanneld has not written the entries.`,
      ja: `${node.name} は ${link.name} の ${gateway} がどのノードか知らない。flanneld の登録がない。`,
    });
  }
  const next = [...journey.facts.nodes.values()].find(({ address }) => address === entry.destination);
  if (!next) {
    return stop('no-route', {
      en: `${node.name} sends to ${entry.destination} over ${link.name}, but no node of the lab has that address.`,
      ja: `${node.name} は ${link.name} で ${entry.destination} へ送るが、そのアドレスのノードはラボにない。`,
    });
  }
  warnOfMtu(leaving, link);
  const outer = { source: vxlan.local, destination: entry.destination, port: vxlan.port, vni: vxlan.vni };
  const framed = { ...packet, sourceMac: link.mac, destinationMac: far.mac };
  const wrapped = { ...framed, outer };
  journey.trail.pass({
    machine: node.name,
    place: { kind: 'interface', name: link.name },
    layer: 'overlay',
    sentence: {
      en: `${link.name} encapsulates the packet in VXLAN ${outer.vni}: UDP ${outer.port} from ${outer.source} to ${outer.destination} (${next.name}).`,
      ja: `${link.name} がパケットを VXLAN ${outer.vni} でカプセル化する: ${outer.source} から ${outer.destination} (${next.name}) への UDP ${outer.port}。`,
    },
    before: framed,
    after: wrapped,
    evidence: [...evidenceOf(node.neighbours, gateway), ...evidenceOf(node.forwarding, far.mac, link.name)],
    seed: seed.encapsulates,
    basis: read.overlay,
  });
  const lost = journey.account.lost(passage, next.name, framed);
  if (lost) return notArrived(next.name, outer.port, lost);
  unwrap(journey, next, wrapped, framed);
  return { kind: 'on-link', node: next.name, device: vxlanOf(next), packet: framed };
}

function unwrap(journey: Journey, node: NodeFacts, wrapped: Packet, framed: Packet): void {
  const { at, arrival } = journey.account.passage(node.name, framed);
  journey.trail.pass({
    machine: node.name,
    place: { kind: 'interface', name: vxlanOf(node) },
    layer: 'overlay',
    sentence: {
      en: `${node.name} decapsulates the packet from VXLAN.`,
      ja: `${node.name} が VXLAN をデカプセル化し、中のパケットを取り出す。`,
    },
    before: wrapped,
    after: framed,
    seed: seed.decapsulates,
    at,
    ...shownBy(arrival, { evidence: evidenceOf(node.links, 'vxlan') }),
  });
}

/** The next node listened and told of nothing; `told`: that no answer came, and that it listened. */
function notArrived(node: string, port: number, told: readonly Told[]): Progress {
  const sentence = {
    en: `The packet left in UDP ${port} and was not seen on ${node}.`,
    ja: `パケットは UDP ${port} でカプセル化されて出たが、${node} では見えなかった。`,
  };
  return { kind: 'stopped', stop: { cause: 'overlay-blocked', sentence }, told };
}

function vxlanOf({ links }: NodeFacts): string {
  return links?.value.find(({ kind }) => kind === 'vxlan')?.name ?? '';
}

/** VXLAN over IPv4 needs 50 bytes more than the packet: RFC 7348. */
function warnOfMtu({ journey, node }: Leaving, link: Link): void {
  const card = node.interfaces?.value.find(({ name }) => name === lanDevice(node));
  if (!card || link.mtu + 50 <= card.mtu) return;
  journey.warnings.push({
    kind: 'mtu',
    text: {
      en: `${link.name} of ${node.name} has MTU ${link.mtu} on an interface with MTU ${card.mtu}: full-size packets do not fit into VXLAN.`,
      ja: `${node.name} の ${link.name} は MTU ${link.mtu}、下のインターフェースは MTU ${card.mtu}。最大サイズのパケットは VXLAN に入らない。`,
    },
  });
}

/**
 * @param veth null: the bridge has heard nothing of that pod yet, and forwards the packet to all; undefined: what it has heard was not
 * read, or the pod's MAC address is not known
 */
function toVeth(bridge: string, veth: string | null | undefined, pod: string): Text {
  if (veth === undefined) {
    return {
      en: `The bridge ${bridge} forwards the packet to the veth of ${pod}.`,
      ja: `ブリッジ ${bridge} がパケットを ${pod} の veth に転送する。`,
    };
  }
  if (veth !== null) {
    return {
      en: `The bridge ${bridge} forwards the packet to ${veth}, the veth of ${pod}.`,
      ja: `ブリッジ ${bridge} がパケットを ${pod} の veth である ${veth} に転送する。`,
    };
  }
  return {
    en: `The bridge ${bridge} forwards the packet to the veth of ${pod}; its forwarding table does not have that pod.`,
    ja: `ブリッジ ${bridge} がパケットを ${pod} の veth に転送する。転送テーブルにその Pod はない。`,
  };
}

function toPod({ journey, node }: Leaving, bridge: string, packet: Packet): Progress {
  const { pods } = journey.facts.cluster;
  if (!pods) {
    return {
      kind: 'unknown',
      why: { en: 'The pods of the cluster are unknown.', ja: 'クラスターの Pod が分からない。' },
    };
  }
  const pod = pods.value.find(
    ({ address, hostNetwork, phase }) => address === packet.destination && !hostNetwork && phase === 'Running',
  );
  if (!pod) {
    return stop('no-route', {
      en: `No running pod on ${node.name} has the address ${packet.destination}.`,
      ja: `${node.name} で動く Pod に ${packet.destination} を持つものがない。`,
    });
  }
  const neighbour = node.neighbours?.value.find(
    ({ address, device }) => address === packet.destination && device === bridge,
  );
  const entry = node.forwarding?.value.find(
    ({ mac, bridge: of, permanent }) => mac === neighbour?.mac && of === bridge && !permanent,
  );
  const framed = { ...packet, sourceMac: macOf(node, bridge), destinationMac: neighbour?.mac ?? null };
  const port = entry?.device ?? bridge;
  journey.trail.pass({
    machine: node.name,
    place: { kind: 'interface', name: port },
    layer: 'link',
    sentence: toVeth(bridge, entry?.device ?? (neighbour && node.forwarding && null), `${pod.namespace}/${pod.name}`),
    before: packet,
    after: framed,
    evidence: [
      ...evidenceOf(node.neighbours, ...(neighbour ? [packet.destination] : [bridge])), // or who is known there instead
      ...(neighbour ? evidenceOf(node.forwarding, ...(entry ? [entry.mac, bridge] : [bridge])) : []),
    ],
    seed: seed.bridge,
    basis: entry ? read.forwarding : journey.trail.predicted,
  });
  return { kind: 'at-pod', node: node.name, pod, packet: framed };
}
