import { valueAt, type Finding } from './finding.ts';
import type { ProviderId } from '../contract/machines.ts';
import { networkText, parseCidr, type Network } from './ipv4.ts';
import { fields } from './lab-fields.ts';
import { VM_COUNT, vmNetworks, vmNodes, vmPool } from './vm-plan.ts';

/** The user of VMs, whom Hoplab makes. */
export const VM_USER = 'hoplab';

interface WithVms {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Keys of the lab file whose absence the findings explain already. */
  readonly explained: readonly string[];
}

/**
 * A lab file as plain data, with what it may leave out where Hoplab makes the machines: nodes, user and pool. What is stated stays. Pure.
 */
export function withVmNodes(raw: unknown): WithVms {
  const provider = fields.provider.safeParse(valueAt(raw, ['machines', 'provider'])).data;
  if (provider === undefined) return { value: raw, findings: [], explained: [] };
  const file = raw as Readonly<Record<string, unknown>>;
  const count = fields.vmCount.safeParse(valueAt(raw, ['machines', 'count'])).data;
  const stated = valueAt(raw, ['nodes']);
  const own = Array.isArray(stated) ? stated : undefined;
  const base = own ? undefined : baseOf(raw, provider);
  if (base && 'text' in base) {
    const told = count !== undefined || valueAt(raw, ['machines', 'count']) === undefined;
    return { value: withUser(file), findings: told ? [base] : [], explained: ['nodes', 'loadBalancer'] };
  }
  const findings = own && count !== undefined && own.length !== count ? [otherCount(count, own.length)] : [];
  const network = base?.network;
  return {
    value: {
      ...(base && { nodes: vmNodes(count ?? VM_COUNT, base.network.first + base.first) }),
      ...(network && { loadBalancer: { pool: vmPool(network) } }),
      ...withUser(file),
    },
    findings,
    explained: [],
  };
}

function withUser(file: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!isMapping(file['ssh'] ?? {})) return file;
  return { ...file, ssh: { user: VM_USER, ...(file['ssh'] as object | undefined) } };
}

/** MiB of `2GiB` or `1800MiB`. */
export function memoryOf(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('GiB') ? 1024 : 1);
}

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

const isMapping = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function addressesUnknown(): Finding {
  return {
    path: ['machines', 'provider'],
    text: {
      en: 'The addresses of the nodes are not known: Multipass chooses them when it makes its VMs.',
      ja: 'ノードのアドレスが分かりません。Multipass は VM を作るときに自分でアドレスを決めます。',
    },
    remedy: {
      en: 'Have the lab file written by `hoplab init --machines multipass`, or state nodes and loadBalancer with addresses of its network; `hoplab machines start` puts those that it gave in there.',
      ja: '`hoplab init --machines multipass` でラボファイルを作るか、nodes と loadBalancer に Multipass のネットワークのアドレスを書いてください。`hoplab machines start` が、実際に割り当てられたアドレスに書き換えます。',
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
