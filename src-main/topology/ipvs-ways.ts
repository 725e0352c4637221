import type { Service } from '../cluster/services.ts';
import { waysOf, type Ipvs, type VirtualServer } from '../netfilter/virtual-servers.ts';
import type { WayIn } from '../netfilter/ways-in.ts';

interface Made {
  readonly services: readonly Service[];
  readonly ways: readonly WayIn[];
}

/** By what was read: those of a large lab are many, and hardly ever change. */
const made = new WeakMap<Ipvs, Made>();

/**
 * The ways into Services that IPVS of a kernel has. Its table names no Service: which one it is say address and port of the API
 * server's. A NodePort is there once for each address of the node; it is told as one, for any of them.
 */
export function ipvsWays(ipvs: Ipvs, services: readonly Service[]): readonly WayIn[] {
  const before = made.get(ipvs);
  if (before?.services === services) return before.ways;
  const places = placesOf(services);
  const ways = new Map<string, WayIn>();
  for (const server of ipvs.virtual) {
    const way = wayIn(ipvs, server, places);
    const key = `${way.match}/${way.protocol}`;
    if (!ways.has(key)) ways.set(key, way);
  }
  made.set(ipvs, { services, ways: [...ways.values()] });
  return [...ways.values()];
}

function wayIn(ipvs: Ipvs, server: VirtualServer, places: ReadonlyMap<string, string>): WayIn {
  const protocol = server.protocol.toUpperCase();
  const own = `${server.address}:${server.port}`;
  const nodePort = `*:${server.port}`;
  const exact = places.get(`${own}/${protocol}`);
  const match = exact === undefined && places.has(`${nodePort}/${protocol}`) ? nodePort : own;
  return {
    service: places.get(`${match}/${protocol}`) ?? `IPVS/${own}`,
    match,
    protocol,
    chains: [`IPVS (${server.scheduler})`],
    endpoints: waysOf(ipvs, server, '').map(({ server: { endpoint }, probability }) => ({
      address: endpoint,
      share: probability,
    })),
  };
}

/** Services by what a packet to them is sent to: `10.96.0.10:53/UDP`, `*:30080/TCP`. */
function placesOf(services: readonly Service[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const { namespace, name, clusterAddress, externalAddresses, statedAddresses, ports } of services) {
    const addresses = [clusterAddress ?? [], externalAddresses, statedAddresses].flat();
    for (const { protocol, port, nodePort } of ports) {
      for (const address of addresses) places.set(`${address}:${port}/${protocol}`, `${namespace}/${name}`);
      if (nodePort !== undefined) places.set(`*:${nodePort}/${protocol}`, `${namespace}/${name}`);
    }
  }
  return places;
}
