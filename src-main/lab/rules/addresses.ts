import type { Text } from '../../contract/text.ts';
import type { Draft, Spot } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { addressNumber, networkText, type Network } from '../ipv4.ts';
import { unusableAddress } from '../unusable-address.ts';
import { once } from './names.ts';
import type { Rule } from './rule.ts';

/** Nodes and the client, as far as they have addresses. */
export function machineAddresses({ nodes, client }: Draft): Spot<string>[] {
  return [...nodes.map(({ address }) => address), client].filter((spot) => spot !== undefined);
}

/** How the LAN is called, and why it is taken to be this one. */
export function lanText(lan: Network, { statedLan }: Pick<Draft, 'statedLan'>): Text {
  const cidr = networkText(lan);
  if (statedLan || lan.prefix === 24) return { en: `the nodes' LAN ${cidr}`, ja: `ノードの LAN ${cidr}` };
  return {
    en: `${cidr}, the smallest network that holds all nodes`,
    ja: `すべてのノードを含む最小のネットワーク ${cidr}`,
  };
}

/** Every machine has an address of its own that a machine can have. */
export const addresses: Rule = (draft) => [
  ...once(machineAddresses(draft), {
    en: 'Give every machine its own address.',
    ja: 'マシンごとに別のアドレスを指定してください。',
  }),
  ...[...machineAddresses(draft), draft.vip].flatMap((spot) => (spot ? unusable(spot) : [])),
  ...draft.nodes.flatMap(({ address }) => (address && draft.lan ? edgeOfLan(address, draft.lan, draft) : [])),
];

function unusable({ path, value }: Spot<string>): Finding[] {
  const why = unusableAddress(value);
  if (!why) return [];
  return [
    {
      path,
      text: {
        en: `No machine can have the address ${value}: ${why.en}.`,
        ja: `${value} は${why.ja}ため、マシンのアドレスにできません。`,
      },
      remedy: { en: 'Write the address that the machine has on the LAN.', ja: 'LAN 上のアドレスを書いてください。' },
    },
  ];
}

function edgeOfLan({ path, value }: Spot<string>, lan: Network, draft: Draft): Finding[] {
  const number = addressNumber(value);
  if (number !== lan.first && number !== lan.last) return [];
  const kind =
    number === lan.first
      ? ({ en: 'network', ja: 'ネットワーク' } as const)
      : ({ en: 'broadcast', ja: 'ブロードキャスト' } as const);
  const where = lanText(lan, draft);
  return [
    {
      path,
      text: {
        en: `${value} is the ${kind.en} address of ${where.en}.`,
        ja: `${value} は${where.ja} の${kind.ja}アドレスです。`,
      },
      remedy: { en: 'Write the address that the machine has on the LAN.', ja: 'LAN 上のアドレスを書いてください。' },
    },
  ];
}

/** The nodes are on one LAN: MetalLB answers ARP there, and Flannel sends straight from node to node. */
export const oneLan: Rule = ({ nodes, lan, statedLan }) => {
  const usable = nodes.flatMap(({ address }) => (address && !unusableAddress(address.value) ? [address] : []));
  const [first] = usable;
  if (!first || lan || statedLan) return [];
  const site = Math.floor(addressNumber(first.value) / 65_536);
  const far = usable.find(({ value }) => Math.floor(addressNumber(value) / 65_536) !== site);
  if (!far) return [];
  return [
    {
      path: far.path,
      text: {
        en: `${far.value} is not on the LAN of ${first.value}: they differ within the first 16 bits.`,
        ja: `${far.value} と ${first.value} は先頭 16 ビットが異なり、同じ LAN にありません。`,
      },
      remedy: { en: 'Put all nodes on one LAN.', ja: 'すべてのノードを同じ LAN に置いてください。' },
    },
  ];
};
