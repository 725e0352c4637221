import type { ClusterNode } from '../cluster/nodes.ts';
import type { ElementOf, TopologyElement } from '../contract/topology.ts';
import type { ForwardingEntry } from '../facts/forwarding.ts';
import type { Link } from '../facts/links.ts';
import type { Lab, LabNode } from '../lab/lab.ts';
import { idOf } from './ids.ts';
import { type Readings, type Sourced, sourcesOf } from './readings.ts';

/** The nodes of the lab file, with their interfaces and the tunnels that their tables know. */
export function nodeElements(readings: Readings): readonly TopologyElement[] {
  const behind = podsBehindVeths(readings);
  return readings.lab.nodes.flatMap((node) => [
    nodeElement(node, readings.cluster.nodes),
    ...interfaceElements(node, readings, behind),
    ...tunnelElements(node, readings),
  ]);
}

function nodeElement(
  { name, role, address }: LabNode,
  nodes: Sourced<readonly ClusterNode[]> | undefined,
): ElementOf<'node'> {
  const found = nodes?.value.find((node) => node.name === name);
  return {
    kind: 'node',
    id: idOf.node(name),
    source: nodes?.source.id ?? null,
    name,
    role,
    address,
    registered: nodes ? found !== undefined : null,
    ready: found?.ready ?? null,
    reason: found && !found.ready ? found.reason : '',
    podCidr: found?.podCidr || null,
    version: found?.kubeletVersion ?? null,
  };
}

function interfaceElements(
  node: LabNode,
  { machines }: Readings,
  behind: ReadonlyMap<string, string>,
): readonly ElementOf<'interface'>[] {
  const { links, interfaces, forwarding } = machines.get(node.name) ?? {};
  if (!links) return [];
  return links.value.flatMap((link) => {
    if (link.name === 'lo') return [];
    const own = interfaces?.value.find(({ name }) => name === link.name)?.ipv4 ?? [];
    const addresses = own.map(({ address, prefix }) => `${address}/${prefix}`);
    const id = idOf.interface(node.name, link.name);
    return [
      {
        kind: 'interface',
        id,
        source: links.source.id,
        ...sourcesOf({ addresses: interfaces, pod: forwarding }),
        node: node.name,
        name: link.name,
        role: roleOf(link, addresses, node.address),
        mac: link.mac,
        mtu: link.mtu,
        up: link.up,
        addresses,
        vxlan: link.vxlan ?? null,
        bridge: link.bridge ?? null,
        pod: behind.get(id) ?? null,
      },
    ];
  });
}

function roleOf({ kind, bridge }: Link, addresses: readonly string[], lanAddress: string) {
  if (addresses.some((address) => address.startsWith(`${lanAddress}/`))) return 'lan';
  if (kind === 'vxlan') return 'overlay';
  if (kind === 'bridge') return 'bridge';
  return kind === 'veth' && bridge !== undefined ? 'veth' : 'other';
}

/** Tunnels by the table that has them: they are most of a large picture, and hardly ever change. */
const tunnels = new WeakMap<readonly ForwardingEntry[], readonly ElementOf<'tunnel'>[]>();

function tunnelElements(node: LabNode, { lab, machines }: Readings): readonly ElementOf<'tunnel'>[] {
  const forwarding = machines.get(node.name)?.forwarding;
  if (!forwarding) return [];
  const known = tunnels.get(forwarding.value) ?? tunnelsIn(forwarding, node, lab);
  tunnels.set(forwarding.value, known);
  return known;
}

function tunnelsIn({ source, value }: Sourced<readonly ForwardingEntry[]>, node: LabNode, lab: Lab) {
  const names = new Map(lab.nodes.map(({ name, address }) => [address, name]));
  return value.flatMap(({ mac, destination }): ElementOf<'tunnel'>[] =>
    destination === undefined
      ? []
      : [
          {
            kind: 'tunnel',
            id: idOf.tunnel(node.name, mac),
            source: source.id,
            from: node.name,
            to: names.get(destination) ?? null,
            mac,
            destination,
          },
        ],
  );
}

/**
 * Which pod is behind which veth: its address has a MAC in the node's neighbour table, and the bridge has learned behind
 * which port that MAC is. By the id of the interface, the id of the pod.
 */
export function podsBehindVeths({ lab, machines, cluster }: Readings): ReadonlyMap<string, string> {
  const pods = new Map(
    (cluster.pods?.value ?? []).flatMap(({ address, hostNetwork, node, namespace, name }) =>
      address === undefined || hostNetwork ? [] : [[`${node} ${address}`, idOf.pod(namespace, name)]],
    ),
  );
  const found = new Map<string, string>();
  for (const { name } of lab.nodes) {
    const { neighbours, forwarding } = machines.get(name) ?? {};
    const ports = new Map(
      forwarding?.value.flatMap(({ mac, device, bridge, permanent }) =>
        bridge === undefined || permanent ? [] : [[mac, device]],
      ),
    );
    for (const { address, mac } of neighbours?.value ?? []) {
      const pod = pods.get(`${name} ${address}`);
      const port = ports.get(mac);
      if (pod !== undefined && port !== undefined) found.set(idOf.interface(name, port), pod);
    }
  }
  return found;
}
