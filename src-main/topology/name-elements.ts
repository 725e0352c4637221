import { namesInZone } from '../cluster/corefile-zone.ts';
import type { ElementOf, TopologyElement } from '../contract/topology.ts';
import { idOf } from './ids.ts';
import { sourcesOf, type Readings } from './readings.ts';

/** What the client knows the app by: the VIP and the zone of names. */
export function nameElements(readings: Readings): readonly TopologyElement[] {
  return [vipElement(readings), zoneElement(readings)];
}

function vipElement({ lab, machines, cluster }: Readings): ElementOf<'vip'> {
  const { services, servicel2statuses } = cluster;
  const address = lab.loadBalancer.vip;
  const service = services?.value.find(({ externalAddresses }) => externalAddresses.includes(address));
  const announcer = servicel2statuses?.value.find(
    ({ service: of }) => of.namespace === service?.namespace && of.name === service.name,
  );
  const neighbours = machines.get('client')?.neighbours;
  const mac = neighbours?.value.find((neighbour) => neighbour.address === address)?.mac;
  const answerer =
    mac === undefined
      ? undefined
      : lab.nodes.find(({ name }) => machines.get(name)?.links?.value.some((link) => link.mac === mac));
  const announcedBy = announcer?.node ?? null;
  const answeredBy = answerer?.name ?? null;
  return {
    kind: 'vip',
    id: idOf.vip,
    source: services?.source.id ?? null,
    ...sourcesOf({ announcedBy: servicel2statuses, answeredBy: neighbours }),
    address,
    service: service ? idOf.service(service.namespace, service.name) : null,
    announcedBy,
    answeredBy,
    // the client's neighbour entry may be older than a change of the leader, and outlives the Service
    owner: service ? (announcedBy ?? answeredBy) : null,
  };
}

function zoneElement({ lab, cluster, resolver }: Readings): ElementOf<'zone'> {
  const { corefiles } = cluster;
  const { zone, nodePort } = lab.dns;
  const names = corefiles && namesInZone(corefiles.value[0] ?? '', zone);
  return {
    kind: 'zone',
    id: idOf.zone,
    source: corefiles?.source.id ?? null,
    ...sourcesOf({ resolver }),
    zone,
    server: `${lab.nodes[0]?.address ?? ''}:${nodePort}`,
    names: (names ?? []).map(({ name, address }) => ({ name, address })),
    served: corefiles ? names !== undefined : null,
    resolver: resolver?.value ?? null,
  };
}
