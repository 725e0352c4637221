import type { Packet } from '../contract/path.ts';
import type { Flow } from '../netfilter/matching.ts';

/** A packet before it is on any link. */
export function newPacket(
  parts: Pick<Packet, 'protocol' | 'source' | 'sourcePort' | 'destination' | 'destinationPort'> &
    Partial<Pick<Packet, 'host' | 'name'>>,
): Packet {
  return { sourceMac: null, destinationMac: null, outer: null, host: null, name: null, ...parts };
}

/** The packet as the rules of a machine see it when it comes in. */
export function flowOf(packet: Packet, inInterface: string): Flow {
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  return {
    protocol,
    source,
    sourcePort: sourcePort ?? undefined,
    destination,
    destinationPort: destinationPort ?? 0, // rules see packets that are sent; a port is known then
    mark: 0,
    inInterface,
    outInterface: '',
    dnatted: false,
    masqueraded: false,
  };
}

/** The answer to a packet, before it is on any link. */
export function answerTo(packet: Packet): Packet {
  return newPacket({
    protocol: packet.protocol,
    source: packet.destination,
    sourcePort: packet.destinationPort,
    destination: packet.source,
    destinationPort: packet.sourcePort,
  });
}

/** `192.168.2.200:80`, and `192.168.2.50:*` while the port is not known. */
export function destinationOf({
  destination,
  destinationPort,
}: Pick<Packet, 'destination' | 'destinationPort'>): string {
  return `${destination}:${destinationPort ?? '*'}`;
}

/** `192.168.2.50:41001`, and `192.168.2.50:*` while the port is not known. */
export function sourceOf({ source, sourcePort }: Pick<Packet, 'source' | 'sourcePort'>): string {
  return `${source}:${sourcePort ?? '*'}`;
}
