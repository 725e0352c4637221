import type { ProviderId, VmAnswers } from '../contract/machines.ts';
import { valueAt, type Finding } from './finding.ts';
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

/** The user of VMs, whom Hoplab makes. */
export const VM_USER = 'hoplab';

/** How many VMs there are where nobody says. */
const COUNT = 3;

/**
 * Where a provider's VMs are, where nobody says: the network, and its first address for a node. Multipass gives its VMs the addresses
 * itself.
 */
const vmNetworks: Readonly<Record<ProviderId, { readonly lan: string; readonly first: number } | undefined>> = {
  libvirt: { lan: '192.168.123.0/24', first: 10 },
  // Below are those that its DHCP server gives out.
  lima: { lan: '192.168.105.0/24', first: 110 },
  multipass: undefined,
};

/** The addresses for MetalLB of a VM network. */
function vmPool({ first }: Network): string {
  return `${addressText(first + 200)}-${addressText(first + 250)}`;
}

/**
 * A lab file as plain data, with what it may leave out where Hoplab makes the machines: nodes, user and pool. What is stated stays. Pure.
 */
export function withVmNodes(raw: unknown): { readonly value: unknown; readonly findings: readonly Finding[] } {
  const provider = fields.provider.safeParse(valueAt(raw, ['machines', 'provider'])).data;
  if (provider === undefined) return { value: raw, findings: [] };
  const file = raw as Readonly<Record<string, unknown>>;
  const count = fields.vmCount.safeParse(valueAt(raw, ['machines', 'count'])).data;
  const stated = valueAt(raw, ['nodes']);
  const own = Array.isArray(stated) ? stated : undefined;
  const base = own ? undefined : baseOf(raw, provider);
  if (base && 'text' in base) return { value: raw, findings: [base] };
  const findings = own && count !== undefined && own.length !== count ? [otherCount(count, own.length)] : [];
  const network = base?.network;
  return {
    value: {
      ...(base && { nodes: nodes(count ?? COUNT, base.network.first + base.first) }),
      ...(network && { loadBalancer: { pool: vmPool(network) } }),
      ...file,
      ...(isMapping(file['ssh'] ?? {}) && { ssh: { user: VM_USER, ...(file['ssh'] as object | undefined) } }),
    },
    findings,
  };
}

/** MiB of `2GiB` or `1800MiB`. */
export function memoryOf(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('GiB') ? 1024 : 1);
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
  { provider, count = COUNT }: Pick<VmAnswers, 'provider' | 'count'>,
  lan?: string,
  taken = NOTHING_TAKEN,
): { readonly nodes: readonly VmNode[]; readonly lan: string; readonly pool: string } | undefined {
  const known = vmNetworks[provider];
  if (!known || !fields.vmCount.safeParse(count).success) return undefined;
  const stated = fields.lan.safeParse(lan).data;
  if (stated === undefined && provider === 'lima') return sharedPlan(parseCidr(known.lan), known.first, count, taken);
  const network = parseCidr(stated ?? freeNetwork(known.lan, taken));
  return { nodes: nodes(count, network.first + known.first), lan: networkText(network), pool: vmPool(network) };
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
  first: number,
  count: number,
  { labs }: TakenAddresses,
): ReturnType<typeof vmPlan> {
  const isFree = (range: AddressRange): boolean => !labs.some((one) => overlap(one, range));
  const pool = POOLS.map(([from, to]) => ({ first: network.first + from, last: network.first + to })).find(isFree);
  const own = Array.from({ length: LAST_NODE - first + 1 }, (_, index) => network.first + first + index)
    .filter((address) => isFree({ first: address, last: address }) && !(pool && holds(pool, address)))
    .slice(0, count);
  if (!pool || own.length < count) {
    return { nodes: nodes(count, network.first + first), lan: networkText(network), pool: vmPool(network) };
  }
  return {
    nodes: nodes(count, 0).map((node, index) => ({ ...node, address: addressText(own[index] ?? 0) })),
    lan: networkText(network),
    pool: `${addressText(pool.first)}-${addressText(pool.last)}`,
  };
}

/** The last numbers of a shared network's pools, in the order in which labs get them, and of the last address for a node. */
const POOLS = [
  [200, 250],
  [190, 199],
  [180, 189],
  [170, 179],
  [160, 169],
  [150, 159],
] as const;
const LAST_NODE = 199;

type VmNode = LabFile['nodes'][number];

interface Base {
  readonly network: Network;
  /** Of the first node, from the beginning of the network. */
  readonly first: number;
}

function baseOf(raw: unknown, provider: ProviderId): Base | Finding {
  const known = vmNetworks[provider];
  if (!known) return addressesUnknown();
  const stated = fields.lan.safeParse(valueAt(raw, ['lan'])).data;
  const network = parseCidr(stated ?? known.lan);
  return network.prefix > 24 ? tooSmall(network) : { network, first: known.first };
}

function nodes(count: number, first: number): VmNode[] {
  return Array.from({ length: count }, (_, index) => ({
    name: index === 0 ? 'k8s-master' : `k8s-worker${index}`,
    role: index === 0 ? 'control-plane' : 'worker',
    address: addressText(first + index),
  }));
}

const isMapping = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function addressesUnknown(): Finding {
  return {
    path: ['machines', 'provider'],
    text: {
      en: 'The addresses of the nodes are not known: Multipass chooses them when it makes its VMs.',
      ja: 'ノードのアドレスが分かりません。Multipass は VM を作るときに自分でアドレスを決めます。',
    },
    remedy: {
      en: 'State nodes and loadBalancer with addresses of its network; the first `hoplab machines start` names those that it gave, to be written there.',
      ja: 'nodes と loadBalancer に Multipass のネットワークのアドレスを書いてください。最初の `hoplab machines start` が、実際に割り当てられたアドレスを示すので、それに直します。',
    },
  };
}

function tooSmall(network: Network): Finding {
  const lan = networkText(network);
  return {
    path: ['lan'],
    text: {
      en: `${lan} is too small for the addresses that Hoplab would choose.`,
      ja: `${lan} は Hoplab がアドレスを選ぶには小さすぎます。`,
    },
    remedy: {
      en: 'Write a network of at least /24, or state nodes and loadBalancer.',
      ja: '/24 以上のネットワークを書くか、nodes と loadBalancer を書いてください。',
    },
  };
}

function otherCount(count: number, nodes: number): Finding {
  return {
    path: ['machines', 'count'],
    text: {
      en: `There are ${nodes} nodes, and not ${count}.`,
      ja: `ノードは ${count} 台ではなく ${nodes} 台あります。`,
    },
    remedy: { en: 'Remove count: nodes says it.', ja: 'count を取り除いてください。台数は nodes で決まります。' },
  };
}
