import { z } from 'zod';
import { cidr, ipv4Address, port as portValue, portText } from '../facts/network-values.ts';
import { chainsFrom, endsOf, type ChainEnd } from './follow-chain.ts';
import type { Condition, MapElement, Rule, Ruleset } from './ruleset.ts';

/** A way into a Service as the kernel of one machine has it. */
export interface WayIn {
  /** `namespace/name`, as kube-proxy wrote it into the rule. */
  readonly service: string;
  /** What a packet is matched by: `192.168.2.200:80`, or `*:30080` for any of the machine's own addresses. */
  readonly match: string;
  /** `TCP`, `UDP` … */
  readonly protocol: string;
  /** The chains it passes, the first to look at it first: `KUBE-SERVICES`, `KUBE-EXT-…`, `KUBE-SVC-…`. */
  readonly chains: readonly string[];
  /** Where the last of them leads; none: this machine sends such packets nowhere. */
  readonly endpoints: readonly ChainEnd[];
}

const destination = z.union([ipv4Address, cidr], 'no destination of a rule');

/**
 * The ways into Services that kube-proxy has written, in either of its modes. Where a way leads and one refuses it, for want of
 * pods, the one that leads is told. Format: proxier.go of pkg/proxy/iptables and of pkg/proxy/nftables in Kubernetes.
 */
export function waysIn(rules: Ruleset): readonly WayIn[] {
  const ways = [
    ...ofChain(rules, 'nat', ['KUBE-SERVICES']),
    ...ofChain(rules, 'nat', ['KUBE-SERVICES', 'KUBE-NODEPORTS']),
    ...ofMap(rules, 'service-ips'),
    ...ofMap(rules, 'service-nodeports'),
    ...ofChain(rules, 'filter', ['KUBE-SERVICES']),
    ...ofChain(rules, 'filter', ['KUBE-EXTERNAL-SERVICES']),
    ...ofMap(rules, 'no-endpoint-services'),
    ...ofMap(rules, 'no-endpoint-nodeports'),
  ];
  const seen = new Set<string>();
  return ways.filter(({ match, protocol }) => {
    const key = `${match}/${protocol}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The rules of a chain of kube-proxy's iptables mode that lead into a Service, or refuse its packets. */
function ofChain(rules: Ruleset, table: string, via: readonly string[]): readonly WayIn[] {
  const all = rules.chains.get(`${table} ${via.at(-1) ?? ''}`) ?? [];
  return all.flatMap((rule): WayIn[] => {
    const service = /^([^\s/]+\/[^\s:]+)/.exec(rule.comment)?.[1];
    const matched = matchOf(rule);
    const [action] = rule.actions;
    if (service === undefined || matched === undefined || action === undefined) return [];
    if (action.kind === 'drop' || action.kind === 'reject')
      return [{ service, ...matched, chains: via, endpoints: [] }];
    if (action.kind !== 'jump' && action.kind !== 'goto') return [];
    if (action.chain.startsWith('KUBE-MARK-')) return [];
    const chains = [...via, ...chainsFrom(rules, table, action.chain)];
    return [{ service, ...matched, chains, endpoints: endsOf(rules, table, chains.at(-1) ?? '') }];
  });
}

function matchOf({ conditions }: Rule): Pick<WayIn, 'match' | 'protocol'> | undefined {
  const find = <Kind extends Condition['kind']>(kind: Kind, field?: string) =>
    conditions.find(
      (one): one is Extract<Condition, { kind: Kind }> =>
        one.kind === kind && (field === undefined || ('field' in one && one.field === field)),
    );
  const port = find('port', 'destination-port')?.ranges[0]?.first;
  const network = find('network', 'destination')?.network;
  if (port === undefined || network === '127.0.0.0/8') return undefined; // NodePorts on the loopback address are narrower
  return {
    match: `${network === undefined ? '*' : destination.parse(network.replace(/\/32$/, ''))}:${portValue.parse(port)}`,
    protocol: (find('protocol')?.protocol ?? 'tcp').toUpperCase(),
  };
}

/** The elements of a map of kube-proxy's nftables mode: `10.96.0.10 . tcp . 53 : goto CHAIN`, `tcp . 30080 : drop`. */
function ofMap(rules: Ruleset, map: string): readonly WayIn[] {
  return (rules.maps.get(`kube-proxy ${map}`) ?? []).flatMap((element): WayIn[] => {
    const { key, action } = element;
    const [address, protocol, port] = key.length === 3 ? key : ['*', ...key];
    const chain = action.kind === 'goto' || action.kind === 'jump' ? action.chain : undefined;
    const service = serviceOf(element, chain);
    if (service === undefined || protocol === undefined || port === undefined) return [];
    const way = {
      service,
      match: `${address === '*' ? '*' : ipv4Address.parse(address)}:${portText.parse(port)}`,
      protocol: protocol.toUpperCase(),
    };
    const refused = map.startsWith('no-endpoint-');
    if (chain === undefined || refused) return [{ ...way, chains: [map], endpoints: [] }];
    const chains = ['services', ...chainsFrom(rules, 'kube-proxy', chain)];
    return [{ ...way, chains, endpoints: endsOf(rules, 'kube-proxy', chains.at(-1) ?? '') }];
  });
}

function serviceOf({ comment }: MapElement, chain = ''): string | undefined {
  const [, named] = /^(?:service|external|firewall)-[A-Z0-9]{8}-([^/]+\/[^/]+)\//.exec(chain) ?? [];
  return named ?? /^([^\s/]+\/[^\s:]+)/.exec(comment)?.[1];
}
