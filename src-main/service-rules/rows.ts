import type { Service } from '../cluster/services.ts';
import type { RuleRow } from '../contract/service-rules.ts';
import { parseIpSets } from '../netfilter/ip-sets.ts';
import { elementInWords, ruleInWords } from './nft-words.ts';
import { parseIptables } from '../netfilter/parse-iptables.ts';
import { parseNft } from '../netfilter/parse-nft.ts';
import type { Rule, Ruleset } from '../netfilter/ruleset.ts';
import { parseIpvs } from '../netfilter/virtual-servers.ts';

/* What leads packets to one Service, of all that a kernel has. Rules that are the same for all Services are left out. */

type Named = Pick<Service, 'namespace' | 'name'>;

/** kube-proxy's chains as a packet passes them: those for all Services, then those of a Service, then those of its pods. */
const ORDER = ['SERVICES', 'NODEPORTS', 'EXTERNAL-SERVICES', 'EXT', 'FW', 'SVL', 'SVC', 'SEP'];

/** Of iptables: kube-proxy writes the name of the Service into the comments of its rules, at least one in each chain of its own. */
export function iptablesRows(text: string, { namespace, name }: Named): readonly RuleRow[] {
  const isNamed = ({ comment }: Rule) =>
    comment.split(' ').some((word) => word.split(':')[0] === `${namespace}/${name}`);
  const rows = [...parseIptables(text).chains].flatMap(([place, rules]) => {
    const isWhole = /^nat KUBE-(?:EXT|FW|SVL|SVC|SEP)-/.test(place) && rules.some(isNamed);
    return rules.filter((rule) => isWhole || isNamed(rule)).map((rule) => ({ place, line: rule.text, words: null }));
  });
  return rows.sort((one, other) => rankOf(one) - rankOf(other));
}

function rankOf({ place }: RuleRow): number {
  const rank = ORDER.findIndex((word) => new RegExp(`^\\S+ KUBE-${word}(?:-[A-Z0-9]{16})?$`).test(place));
  return rank < 0 ? ORDER.length : rank;
}

/** Of nftables: the name of the Service stands in the names of its chains. */
export function nftablesRows(text: string, { namespace, name }: Named): readonly RuleRow[] {
  const rules = parseNft(text);
  const isOwn = (chain: string) => chain.includes(`-${namespace}/${name}/`);
  return [...elementRows(rules, isOwn, `${namespace}/${name}`), ...chainRows(rules, isOwn)];
}

function elementRows({ maps }: Ruleset, isOwn: (chain: string) => boolean, own: string): readonly RuleRow[] {
  return [...maps].flatMap(([place, elements]) =>
    elements
      .filter(({ action, comment }) => ('chain' in action && isOwn(action.chain)) || comment.startsWith(`${own}:`))
      .map((element) => ({ place, line: element.text, words: elementInWords(element) })),
  );
}

function chainRows(rules: Ruleset, isOwn: (chain: string) => boolean): readonly RuleRow[] {
  return [...rules.chains].flatMap(([place, all]) => {
    const [table = '', chain = ''] = place.split(' ');
    if (!isOwn(chain)) return [];
    return all.map((rule) => ({ place, line: rule.text, words: ruleInWords(rule, table, rules) }));
  });
}

/** Of ipvs: neither its tables nor the sets name a Service, which is known by its addresses and ports. */
export function ipvsRows(
  { tables, sets }: { readonly tables: string; readonly sets: string },
  service: Pick<Service, 'clusterAddress' | 'externalAddresses' | 'statedAddresses' | 'ports'>,
): readonly RuleRow[] {
  const { clusterAddress, externalAddresses, statedAddresses, ports } = service;
  const addresses = [clusterAddress ?? [], externalAddresses, statedAddresses].flat();
  const servers = parseIpvs(tables).virtual.filter(({ address, port, protocol }) =>
    ports.some(
      (one) =>
        one.protocol.toLowerCase() === protocol &&
        (one.nodePort === port || (one.port === port && addresses.includes(address))),
    ),
  );
  const own = new Set(
    ports.flatMap(({ protocol, port, nodePort }) => [
      ...addresses.map((address) => `${address},${protocol.toLowerCase()}:${port}`),
      ...(nodePort === undefined ? [] : [`KUBE-NODE-PORT-${protocol} ${nodePort}`]),
      ...(nodePort === undefined ? [] : [`KUBE-NODE-PORT-LOCAL-${protocol} ${nodePort}`]),
    ]),
  );
  return [
    ...[...parseIpSets(sets)].flatMap(([name, { elements }]) =>
      elements
        .map((element) => element.join(','))
        .filter((element) => own.has(element) || own.has(`${name} ${element}`))
        .map((element) => ({ place: `ipset ${name}`, line: `add ${name} ${element}`, words: element })),
    ),
    ...servers.flatMap(({ address, port, protocol, scheduler, text, servers: real }) => [
      { place: 'IPVS', line: text, words: `${protocol.toUpperCase()} ${address}:${port} ${scheduler}` },
      ...real.map(({ endpoint, forward, weight, text: line }) => ({
        place: 'IPVS',
        line,
        words: `→ ${endpoint} ${forward} weight ${weight}`,
      })),
    ]),
  ];
}
