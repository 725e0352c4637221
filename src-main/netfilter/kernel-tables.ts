import { otherRules, type OtherRule } from './other-rules.ts';
import type { Ruleset } from './ruleset.ts';
import { waysIn, type WayIn } from './ways-in.ts';

/** What the tables of one kernel say of packets that are sent elsewhere or refused. Plain data. */
export interface KernelTables {
  /** Whether kube-proxy's chains are there; `ipvs`: it leads packets by something else than rules. */
  readonly proxy: 'there' | 'absent' | 'ipvs';
  readonly ways: readonly WayIn[];
  /** What neither kube-proxy nor Flannel nor CNI has written. */
  readonly others: readonly OtherRule[];
}

export function kernelTables(rules: Ruleset): KernelTables {
  const proxy = proxyIn(rules);
  // kube-proxy that starts with ipvs leaves chains of its iptables mode, which nothing leads to any more
  return { proxy, ways: proxy === 'ipvs' ? [] : waysIn(rules), others: otherRules(rules) };
}

function proxyIn({ chains }: Ruleset): KernelTables['proxy'] {
  if ([...chains.keys()].some((chain) => chain.startsWith('kube-proxy '))) return 'there';
  const services = chains.get('nat KUBE-SERVICES');
  if (!services) return 'absent';
  return services.some(({ text }) => text.includes('--match-set KUBE-')) ? 'ipvs' : 'there';
}
