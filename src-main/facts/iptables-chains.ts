import { ipv4Address, ipv4Endpoint, portText } from './network-values.ts';
import type { ChainEndpoint, ServiceChain } from './service-chains.ts';

/** `-A CHAIN …` with what matters of it here. */
interface Rule {
  readonly comment: string;
  readonly destination: string | undefined;
  readonly protocol: string;
  readonly port: string | undefined;
  /** Whether only some packets take it: by their source, or as chance has it. */
  readonly narrow: boolean;
  readonly probability: number;
  readonly target: string;
  readonly dnat: string | undefined;
}

/** The ways into Services in what `iptables-save -t nat` prints; other lines are passed over. */
export function iptablesChains(text: string): readonly ServiceChain[] {
  const chains = chainsOf(text);
  const services = (chains.get('KUBE-SERVICES') ?? []).map((rule) => entry(rule, ['KUBE-SERVICES'], chains));
  const nodePorts = (chains.get('KUBE-NODEPORTS') ?? [])
    .filter(({ destination }) => destination === undefined) // those of the loopback address are narrower
    .map((rule) => entry(rule, ['KUBE-SERVICES', 'KUBE-NODEPORTS'], chains));
  return [...services, ...nodePorts].flatMap((found) => found ?? []);
}

type Chains = ReadonlyMap<string, readonly Rule[]>;

function chainsOf(text: string): Chains {
  const chains = new Map<string, Rule[]>();
  for (const line of text.split('\n')) {
    const [, chain, rest = ''] = /^-A (KUBE-\S+) (.*)$/.exec(line) ?? [];
    if (chain === undefined) continue;
    const rules = chains.get(chain) ?? [];
    rules.push(ruleOf(rest));
    chains.set(chain, rules);
  }
  return chains;
}

function ruleOf(text: string): Rule {
  const value = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  return {
    comment: value(/--comment "([^"]*)"/) ?? value(/--comment (\S+)/) ?? '',
    destination: value(/(?:^| )-d (\S+?)(?:\/32)? /),
    protocol: value(/(?:^| )-p (\S+)/) ?? 'tcp',
    port: value(/--dport (\d+)/),
    narrow: /(?:^| )-s |--src-type /.test(text),
    probability: Number(value(/--probability (\S+)/) ?? 1),
    target: value(/-j (\S+)/) ?? '',
    dnat: value(/--to-destination (\S+)/),
  };
}

/** A rule that sends a Service's packets into its own chains; undefined: it is another rule. */
function entry({ comment, destination, protocol, port, target }: Rule, via: readonly string[], chains: Chains) {
  const [, service] = /^([^\s/]+\/[^\s:]+)/.exec(comment) ?? [];
  if (service === undefined || port === undefined) return undefined;
  const path = [...via, ...pathFrom(target, chains)];
  return {
    service,
    match: `${destination === undefined ? '*' : ipv4Address.parse(destination)}:${portText.parse(port)}`,
    protocol: protocol.toUpperCase(),
    chains: path,
    endpoints: endpointsOf(path.at(-1) ?? '', chains),
  };
}

/** Where a packet from outside goes on to: out of KUBE-EXT-… by the rule that takes everybody. */
function pathFrom(chain: string, chains: Chains): readonly string[] {
  if (!chain.startsWith('KUBE-EXT-')) return [chain];
  const next = chains.get(chain)?.find(({ target, narrow }) => /^KUBE-SV[CL]-/.test(target) && !narrow);
  return next ? [chain, next.target] : [chain];
}

/** Each rule takes its share of what those before it have left. */
function endpointsOf(chain: string, chains: Chains): readonly ChainEndpoint[] {
  let left = 1;
  return (chains.get(chain) ?? []).flatMap(({ target, probability }) => {
    const dnat = chains.get(target)?.find((rule) => rule.dnat !== undefined)?.dnat;
    if (dnat === undefined) return [];
    const address = ipv4Endpoint.parse(dnat);
    const share = left * probability;
    left -= share;
    return [{ address, share }];
  });
}
