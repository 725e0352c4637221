import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { inNetwork } from '../netfilter/matching.ts';
import type { Progress } from './journey.ts';
import type { Leaving } from './leave-node.ts';
import { lanDevice, macOf } from './node-network.ts';
import { destinationOf } from './packet.ts';
import { evidenceOf, type NodeFacts, type Told } from './path-facts.ts';
import { seed } from './seed.ts';
import type { Stop } from './stops.ts';
import { shownBy } from './trail.ts';

/** A packet that leaves a node without a capsule: to another node, be it the gateway of its route, or to a machine outside the cluster. */
export function overLan(leaving: Leaving, packet: Packet): Progress {
  const { journey, node, route, meant } = leaving;
  const next = [...journey.facts.nodes.values()].find(
    ({ address, name }) => name !== node.name && address === (route.gateway ?? packet.destination),
  );
  if (next) return toNode(leaving, next, packet);
  const target = destinationOf(packet);
  const { podCidr, serviceCidr } = journey.facts.lab.kubernetes;
  if (inNetwork(packet.destination, podCidr)) {
    const via = route.gateway === undefined ? '' : ` (${route.gateway})`;
    return stop('no-route', {
      en: `${node.name} sends the packet for ${target} to the LAN${via}, where no node of the lab accepts it: it is a pod address.`,
      ja: `${node.name} は Pod のアドレスである ${target} 宛のパケットを LAN${via} へ送るが、受け取るノードがラボにない。`,
    });
  }
  if (meant && !inNetwork(packet.destination, serviceCidr)) return outside(leaving, packet);
  return stop('not-listening', {
    en: `No kube-proxy rule on ${node.name} matches ${target}: no Service has that port at this address.`,
    ja: `${node.name} の kube-proxy に ${target} のルールがない。このアドレスにそのポートの Service はない。`,
  });
}

function stop(cause: Stop['cause'], sentence: Text, told: readonly Told[] = []): Progress {
  return { kind: 'stopped', stop: { cause, sentence }, told };
}

function toNode({ journey, node, route, passage }: Leaving, next: NodeFacts, packet: Packet): Progress {
  const { account, trail } = journey;
  const device = lanDevice(next);
  const framed = { ...packet, sourceMac: macOf(node, route.device ?? ''), destinationMac: macOf(next, device) };
  const lost = account.lost(passage, next.name, framed);
  if (lost) {
    const sentence = {
      en: `The packet left ${node.name} through ${route.device ?? ''} for ${next.name} (${next.address}) and was not seen there.`,
      ja: `パケットは ${node.name} の ${route.device ?? ''} から ${next.name} (${next.address}) へ出たが、そこでは見えなかった。`,
    };
    return stop('timeout', sentence, lost);
  }
  const { at, arrival } = account.passage(next.name, framed);
  trail.pass({
    machine: next.name,
    place: { kind: 'interface', name: device },
    layer: 'link',
    sentence: {
      en: `The packet goes over the LAN from ${route.device ?? ''} of ${node.name} to ${device} of ${next.name} (${next.address}), without encapsulation.`,
      ja: `パケットはカプセル化されずに、${node.name} の ${route.device ?? ''} から LAN を通って ${next.name} (${next.address}) の ${device} に届く。`,
    },
    before: framed,
    at,
    ...shownBy(arrival, { evidence: evidenceOf(node.routes, route.destination) }),
  });
  return { kind: 'on-link', node: next.name, device, packet: framed };
}

function outside({ journey, node, route, passage }: Leaving, packet: Packet): Progress {
  const { trail, facts } = journey;
  const device = route.device ?? '';
  const framed = { ...packet, sourceMac: macOf(node, device) };
  const own = facts.client.interfaces?.value.find(({ ipv4 }) =>
    ipv4.some(({ address }) => address === packet.destination),
  );
  const place = { kind: 'interface', name: own?.name ?? device } as const;
  const machine = own ? 'client' : node.name;
  const via = viaOf(route.gateway);
  const who = own
    ? { en: 'the client itself', ja: 'クライアント自身' }
    : { en: 'a machine outside the cluster', ja: 'クラスターの外のマシン' };
  trail.pass({
    machine,
    place,
    layer: 'app',
    sentence: {
      en: `${node.name} sends the packet out of ${device}${via.en} to ${destinationOf(packet)}, ${who.en}: what happens there is not visible.`,
      ja: `${node.name} がパケットを ${device} から${via.ja}${who.ja} (${destinationOf(packet)}) へ送る。その先は見えない。`,
    },
    before: framed,
    seed: seed.routes,
    at: passage.at,
    ...shownBy(passage.answered, { evidence: evidenceOf(node.routes, route.destination) }),
  });
  return { kind: 'outside', machine, place, packet: framed };
}

function viaOf(gateway: string | undefined): Text {
  return gateway === undefined ? { en: '', ja: '' } : { en: ` via ${gateway}`, ja: ` ${gateway} 経由で` };
}
