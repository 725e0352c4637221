import type { ElementOf, TopologyElement } from '../contract/topology.ts';
import type { Route } from '../facts/routes.ts';
import { idOf } from './ids.ts';
import { sourcesOf, type Readings } from './readings.ts';

/** The client and the LAN that it shares with the nodes. */
export function clientElements(readings: Readings): readonly TopologyElement[] {
  return [lanElement(readings), clientElement(readings)];
}

/** The network of the control plane's route to its own LAN: `192.168.2.0/24 dev eth0 src 192.168.2.10`. */
function lanElement({ lab, machines }: Readings): ElementOf<'lan'> {
  const [first] = lab.nodes;
  const routes = first && machines.get(first.name)?.routes;
  const own = routes?.value.find((route) => isNetworkOf(route, first?.address));
  return { kind: 'lan', id: idOf.lan, source: routes?.source.id ?? null, network: own?.destination ?? null };
}

function isNetworkOf({ destination, gateway, source }: Route, address: string | undefined): boolean {
  return gateway === undefined && source !== undefined && source === address && destination.includes('/');
}

function clientElement({ lab, machines }: Readings): ElementOf<'client'> {
  const { interfaces, neighbours } = machines.get('client') ?? {};
  const vip = neighbours?.value.find(({ address }) => address === lab.loadBalancer.vip);
  // the interface that knows a node as its neighbour is the one on the LAN
  const nodes = new Set(lab.nodes.map(({ address }) => address));
  const devices = new Set(neighbours?.value.flatMap(({ address, device }) => (nodes.has(address) ? [device] : [])));
  const card = interfaces?.value.find(({ name }) => devices.has(name));
  const fixed = lab.client.kind === 'ssh' ? [lab.client.address] : null;
  return {
    kind: 'client',
    id: idOf.client,
    source: interfaces?.source.id ?? null,
    ...sourcesOf({ vipMac: neighbours }),
    name: 'client',
    addresses: card?.ipv4.map(({ address }) => address) ?? fixed,
    mac: card?.mac ?? null,
    vipMac: vip?.mac ?? null,
  };
}
