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

/** Of nftables: the name of the Service stands in the names of its chains, and in comments where it has no pods. */
export function nftablesRows(text: string, { namespace, name }: Named): readonly RuleRow[] {
  if (text === '') return [];
  const rules = parseNft(text);
  const own = `${namespace}/${name}`;
  const isOwn = (chain: string) =>
    chain.replace(/^[a-z]+-[A-Z0-9]{8}-/, '').startsWith(`${own}/`) && chain !== `${own}/`;
  return [...elementRows(rules, isOwn, own), ...chainRows(rules, isOwn)];
}

function elementRows({ maps }: Ruleset, isOwn: (chain: string) => boolean, own: string): readonly RuleRow[] {
  return [...maps].flatMap(([place, elements]) =>
    elements
      .filter(({ action, comment }) => ('chain' in action && isOwn(action.chain)) || comment.split(':')[0] === own)
      .map((element) => ({ place, line: element.text, words: elementInWords(element) })),
  );
}

function chainRows(rules: Ruleset, isOwn: (chain: string) => boolean): readonly RuleRow[] {
  return [...rules.chains].flatMap(([place, all]) => {
    const [table = '', chain = ''] = place.split(' ');
    if (!isOwn(chain)) return [];
    return all.map((rule) => ({ place, line: rule.text, words: ruleInWords(rule, table, rules) ?? null }));
  });
}

/** A Service as IPVS knows it: its tables name none. */
export interface Addressed extends Named {
  readonly addresses: readonly string[];
  readonly ports: readonly {
    readonly protocol: string;
    readonly port: number;
    readonly nodePort?: number | undefined;
  }[];
}

export function addressedOf({ namespace, name, ports, ...service }: Service): Addressed {
  const { clusterAddress, externalAddresses, statedAddresses } = service;
  return { namespace, name, ports, addresses: [clusterAddress ?? [], externalAddresses, statedAddresses].flat() };
}

/** Of ipvs: neither its tables nor the sets name a Service, which is known by its addresses and ports. @param all that there were then */
export function ipvsRows(
  { tables, sets }: { readonly tables: string; readonly sets: string },
  all: readonly Addressed[],
  { namespace, name }: Named,
): readonly RuleRow[] {
  const service = all.find((one) => one.namespace === namespace && one.name === name);
  if (!service) return [];
  const ofServices = new Set(all.flatMap(({ addresses }) => addresses));
  return [...setRows(sets, service), ...serverRows(tables, service, (address) => !ofServices.has(address))];
}

function setRows(text: string, { addresses, ports }: Addressed): readonly RuleRow[] {
  const own = new Set(
    ports.flatMap(({ protocol, port, nodePort }) => [
      ...addresses.map((address) => `${address},${protocol.toLowerCase()}:${port}`),
      ...(nodePort === undefined ? [] : [`KUBE-NODE-PORT-${protocol} ${nodePort}`]),
      ...(nodePort === undefined ? [] : [`KUBE-NODE-PORT-LOCAL-${protocol} ${nodePort}`]),
    ]),
  );
  return [...parseIpSets(text)].flatMap(([set, { elements }]) =>
    elements
      .filter((element) => own.has(element.slice(0, 2).join(',')) || own.has(`${set} ${element.join(',')}`))
      .map((element) => ({ place: `ipset ${set}`, line: `add ${set} ${element.join(',')}`, words: element.join(',') })),
  );
}

/** @param isOfNode whether an address is none of any Service: a NodePort is at those of the node */
function serverRows(text: string, { addresses, ports }: Addressed, isOfNode: (address: string) => boolean): RuleRow[] {
  const servers = parseIpvs(text).virtual.filter(({ address, port, protocol }) =>
    ports.some(
      (one) =>
        one.protocol.toLowerCase() === protocol &&
        (addresses.includes(address) ? one.port === port : one.nodePort === port && isOfNode(address)),
    ),
  );
  return servers.flatMap(({ address, port, protocol, scheduler, text: line, servers: real }) => [
    { place: 'IPVS', line, words: `${protocol.toUpperCase()} ${address}:${port} ${scheduler}` },
    ...real.map((one) => ({
      place: 'IPVS',
      line: one.text,
      words: `→ ${one.endpoint} ${one.forward} weight ${one.weight}`,
    })),
  ]);
}
