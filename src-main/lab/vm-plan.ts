import type { ProviderId, VmAnswers } from '../contract/machines.ts';
import {
  addressText,
  holds,
  networkOf,
  networkText,
  overlap,
  parseCidr,
  type AddressRange,
  type Network,
} from './ipv4.ts';
import { fields } from './lab-fields.ts';
import type { LabFile } from './lab-file-schema.ts';

type VmNode = LabFile['nodes'][number];

/** How many VMs there are where nobody says. */
export const VM_COUNT = 3;

/**
 * Where a provider's VMs are, where nobody says: the network, and its first address for a node. Multipass gives its VMs the addresses
 * itself, on a network that this computer knows.
 */
export const vmNetworks: Readonly<Record<ProviderId, { readonly lan: string; readonly first: number } | undefined>> = {
  libvirt: { lan: '192.168.123.0/24', first: 10 },
  // Below are those that its DHCP server gives out.
  lima: { lan: '192.168.105.0/24', first: 110 },
  multipass: undefined,
};

/** The addresses for MetalLB of a VM network. */
export function vmPool({ first }: Network): string {
  return `${addressText(first + 200)}-${addressText(first + 250)}`;
}

/** Addresses that new VMs must leave alone. */
export interface TakenAddresses {
  /** The networks of this computer's interfaces. */
  readonly interfaces: readonly AddressRange[];
  /** Nodes, clients and pools of the labs that are known. */
  readonly labs: readonly AddressRange[];
}

const NOTHING_TAKEN: TakenAddresses = { interfaces: [], labs: [] };

/**
 * The nodes of a lab of VMs and the addresses for MetalLB, where nobody states them; undefined where only the provider knows, and
 * for a number that no lab can have. Of libvirt each lab has a network of its own; all VMs of Lima are on one.
 */
export function vmPlan(
  { provider, count = VM_COUNT }: Pick<VmAnswers, 'provider' | 'count'>,
  lan?: string,
  taken = NOTHING_TAKEN,
): { readonly nodes: readonly VmNode[]; readonly lan: string; readonly pool: string } | undefined {
  const known = vmNetworks[provider];
  if (!fields.vmCount.safeParse(count).success) return undefined;
  const stated = fields.lan.safeParse(lan).data;
  if (!known) return stated === undefined ? undefined : sharedPlan(parseCidr(stated), ON_MULTIPASS, count, taken);
  if (stated === undefined && provider === 'lima') return sharedPlan(parseCidr(known.lan), ON_LIMA, count, taken);
  const network = parseCidr(stated ?? freeNetwork(known.lan, taken));
  return { nodes: vmNodes(count, network.first + known.first), lan: networkText(network), pool: vmPool(network) };
}

/** The first /24 from a given one on that nobody has; that one itself where there is none. */
function freeNetwork(lan: string, { interfaces, labs }: TakenAddresses): string {
  const { first } = parseCidr(lan);
  const all = Array.from({ length: 255 - (Math.floor(first / 256) % 256) }, (_, index) =>
    networkOf(first + index * 256, 24),
  );
  const free = all.find((network) => ![...interfaces, ...labs].some((range) => overlap(network, range)));
  return free ? networkText(free) : lan;
}

/** On a network of several labs: addresses for the nodes one after the other, and a pool, that no other lab has. */
function sharedPlan(
  network: Network,
  { first, pools }: Shared,
  count: number,
  { labs }: TakenAddresses,
): ReturnType<typeof vmPlan> {
  const isFree = (range: AddressRange): boolean => !labs.some((one) => overlap(one, range));
  const pool = pools.map(([from, to]) => ({ first: network.first + from, last: network.first + to })).find(isFree);
  const own = Array.from({ length: LAST_NODE - first + 1 }, (_, index) => network.first + first + index)
    .filter((address) => isFree({ first: address, last: address }) && !(pool && holds(pool, address)))
    .slice(0, count);
  if (!pool || own.length < count) {
    const [from, to] = pools[0] ?? [];
    const used = `${addressText(network.first + (from ?? 0))}-${addressText(network.first + (to ?? 0))}`;
    return { nodes: vmNodes(count, network.first + first), lan: networkText(network), pool: used };
  }
  return {
    nodes: vmNodes(count, 0).map((node, index) => ({ ...node, address: addressText(own[index] ?? 0) })),
    lan: networkText(network),
    pool: `${addressText(pool.first)}-${addressText(pool.last)}`,
  };
}

/** A network of several labs: the last numbers of the first address for a node, and of the pools in the order in which labs get them. */
interface Shared {
  readonly first: number;
  readonly pools: readonly (readonly [number, number])[];
}

const ON_LIMA: Shared = {
  first: 110,
  pools: [
    [200, 250],
    [190, 199],
    [180, 189],
    [170, 179],
    [160, 169],
    [150, 159],
  ],
};

/** Its DHCP server gives out any address of the network: what a lab keeps for itself is small. */
const ON_MULTIPASS: Shared = {
  first: 11,
  pools: [
    [250, 254],
    [245, 249],
    [240, 244],
    [235, 239],
    [230, 234],
    [225, 229],
  ],
};

/** The last number of the last address for a node. */
const LAST_NODE = 199;

export function vmNodes(count: number, first: number): VmNode[] {
  return Array.from({ length: count }, (_, index) => ({
    name: index === 0 ? 'k8s-master' : `k8s-worker${index}`,
    role: index === 0 ? 'control-plane' : 'worker',
    address: addressText(first + index),
  }));
}
