import type { Service } from '../cluster/services.ts';
import type { ElementOf } from '../contract/topology.ts';
import type { KernelTables } from '../netfilter/kernel-tables.ts';
import { ipvsWays } from './ipvs-ways.ts';
import type { WayIn } from '../netfilter/ways-in.ts';
import { idOf } from './ids.ts';
import { type MachineReadings, type Readings, type Sourced } from './readings.ts';

type Element = ElementOf<'filter' | 'chain' | 'other-rule'>;

/** The packet filter of each kernel that was read, as its tables say; joined with the Services where there is one. */
export function filterElements({ lab, machines, cluster }: Readings): readonly Element[] {
  // every cluster has the Service kubernetes: where there is none the API server is not there, or was not when it was asked
  const services = cluster.services?.value.length ? byName(cluster.services.value) : undefined;
  return lab.nodes.flatMap(({ name: node }): readonly Element[] => {
    const read = machines.get(node) ?? {};
    const { 'packet-rules': iptables, 'kube-proxy-rules': nftables } = read;
    if (!iptables || !nftables) return [];
    const proxy = proxyOf(read);
    return [
      {
        kind: 'filter',
        id: idOf.filter(node),
        source: (proxy === 'nftables' ? nftables : proxy === 'ipvs' ? (read['ipvs-tables'] ?? iptables) : iptables)
          .source.id,
        node,
        proxy,
      },
      ...chainsOf(node, read, services),
      ...othersOf(node, iptables),
    ];
  });
}

/** kube-proxy runs and none of its rules were found: then those of the kernel are not known. */
function proxyOf(read: MachineReadings): ElementOf<'filter'>['proxy'] {
  const { 'packet-rules': iptables, 'kube-proxy-rules': nftables } = read;
  if (nftables?.value.tables?.proxy === 'there') return 'nftables';
  if (iptables?.value.proxy === 'there') return 'iptables';
  if (iptables?.value.proxy === 'ipvs' && read['ipvs-tables']) return 'ipvs';
  return iptables?.value.proxy === 'ipvs' || nftables?.value.running ? null : 'none';
}

interface Services {
  readonly all: readonly Service[];
  readonly named: ReadonlyMap<string, Service>;
}

function byName(services: readonly Service[]): Services {
  return {
    all: services,
    named: new Map(services.map((service) => [`${service.namespace}/${service.name}`, service])),
  };
}

function chainsOf(node: string, read: MachineReadings, services: Services | undefined): readonly ElementOf<'chain'>[] {
  const { 'packet-rules': iptables, 'kube-proxy-rules': nftables } = read;
  const ways = [
    ...(iptables?.value.ways ?? []).map((way) => ({ way, reading: iptables })),
    ...(nftables?.value.tables?.ways ?? []).map((way) => ({ way, reading: nftables })),
    ...balanced(read, services).map((way) => ({ way, reading: read['ipvs-tables'] })),
  ];
  const chains = ways.map(({ way, reading }) => chainOf(node, way, { reading, standing: standingOf(way, services) }));
  return [...new Map(chains.map((chain) => [chain.id, chain])).values()];
}

/** Of IPVS; none while the API server has not said which Services there are, for its tables name none. */
function balanced(read: MachineReadings, services: Services | undefined): readonly WayIn[] {
  const tables = read['ipvs-tables'];
  return tables && services && proxyOf(read) === 'ipvs' ? ipvsWays(tables.value, services.all) : [];
}

/** Elements by the way that was read, on its node: those of a large lab are many, and hardly ever change. */
const known = new WeakMap<WayIn, ElementOf<'chain'>>();

function chainOf(
  node: string,
  way: WayIn,
  { reading, standing }: { reading: Sourced<unknown> | undefined; standing: ElementOf<'chain'>['standing'] },
): ElementOf<'chain'> {
  const source = reading?.source.id ?? null;
  const before = known.get(way);
  if (before?.standing === standing && before.source === source) return before;
  const [namespace = '', name = ''] = way.service.split('/');
  const { match, protocol, chains, endpoints } = way;
  const element: ElementOf<'chain'> = {
    kind: 'chain',
    id: idOf.chain(node, match, protocol),
    source,
    node,
    service: idOf.service(namespace, name),
    standing,
    match,
    protocol,
    chains: [...chains],
    endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
  };
  known.set(way, element);
  return element;
}

/** Whether the Service that a rule names is there, and has what the rule matches. */
function standingOf(
  { service, match, protocol }: WayIn,
  services: Services | undefined,
): ElementOf<'chain'>['standing'] {
  if (!services) return null;
  const found = services.named.get(service);
  if (!found) return 'no-service';
  const { clusterAddress, externalAddresses, statedAddresses, ports } = found;
  const [address = '', port = ''] = match.split(':');
  const own = [clusterAddress, ...externalAddresses, ...statedAddresses];
  const isOwn = ports.some(
    (one) =>
      one.protocol === protocol &&
      (address === '*' ? String(one.nodePort) === port : String(one.port) === port && own.includes(address)),
  );
  return isOwn ? 'current' : 'not-of-service';
}

function othersOf(node: string, { source, value }: Sourced<KernelTables>): readonly ElementOf<'other-rule'>[] {
  const counts = new Map<string, number>();
  return value.others.map((rule) => {
    const { table, text } = rule;
    const place = `${table} ${text}`;
    const count = (counts.get(place) ?? 0) + 1; // the same rule may stand there twice
    counts.set(place, count);
    return {
      kind: 'other-rule',
      id: idOf.otherRule(node, count === 1 ? place : `${place} (${count})`),
      source: source.id,
      node,
      ...rule,
    };
  });
}
