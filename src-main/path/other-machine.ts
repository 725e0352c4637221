import type { Packet } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { addressNumber, holds, parsePool } from '../lab/ipv4.ts';
import type { Journey } from './journey.ts';
import { lanDevice, macOf } from './node-network.ts';
import { evidenceOf, told, type PathFacts } from './path-facts.ts';
import { read } from './read-basis.ts';
import { seed } from './seed.ts';
import { shownBy, type Ground } from './trail.ts';

/** A machine on the LAN that is no node of the lab. */
export interface OtherMachine {
  readonly macs: readonly string[];
  readonly device: string;
  readonly ground: Ground;
}

/** Whom the client found at an address that is none of the cluster; undefined: nobody, or only a node. */
export function otherMachine({ facts, answer }: Journey, address: string): OtherMachine | undefined {
  const nodes = new Set([...facts.nodes.values()].map((node) => macOf(node, lanDevice(node))));
  const { neighbours } = facts.client;
  const known = neighbours?.value.find((one) => one.address === address);
  const device = known?.device ?? '';
  const isOther = (mac: string) => !nodes.has(mac);
  if (answer?.value.asked && answer.value.address === address) {
    const macs = answer.value.macs.filter(isOther);
    const ground = shownBy([told(answer, answer.text.trim().split('\n'))]);
    return macs.length > 0 ? { macs, device, ground } : undefined;
  }
  if (!known || !isOther(known.mac)) return undefined;
  return { macs: [known.mac], device, ground: { evidence: evidenceOf(neighbours, address), basis: read.neighbours } };
}

export function tellOther({ trail }: Journey, packet: Packet, { device, macs, ground }: OtherMachine): void {
  trail.pass({
    machine: 'client',
    place: { kind: 'interface', name: device },
    layer: 'link',
    sentence: at(packet, macs),
    before: packet,
    seed: seed.arp,
    ...ground,
  });
}

/** Why nothing more is known of the packet. */
export function notOurs(packet: Packet, { macs }: OtherMachine): Text {
  const { en, ja } = at(packet, macs);
  return { en: `${en} What happens there is not visible.`, ja: `${ja}その先は見えない。` };
}

/** Whether any machine on the LAN may have an address: it is not of the pool from which MetalLB gives the Services theirs. */
export function isAnybodys({ lab }: PathFacts, { destination }: Packet): boolean {
  return !holds(parsePool(lab.loadBalancer.pool), addressNumber(destination));
}

export function notOfPool({ destination }: Packet): Text {
  return {
    en: `No Service in the cluster has ${destination}, and it is not in MetalLB's pool: whether another machine on the LAN has it is unknown.`,
    ja: `${destination} を持つ Service はクラスターになく、MetalLB のプールにも入っていない。LAN の別のマシンが持つかどうかは分からない。`,
  };
}

function at({ destination }: Packet, macs: readonly string[]): Text {
  return {
    en: `${destination} is at ${macs.join(', ')}, which is not a node of this lab.`,
    ja: `${destination} の MAC アドレスは ${macs.join(', ')} で、このラボのノードではない。`,
  };
}
