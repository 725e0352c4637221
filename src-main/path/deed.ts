import { quoted, type NodeFacts, type Quote, type Told } from './path-facts.ts';
import type { Step } from '../netfilter/pass-hook.ts';

/** What one rule did to a packet: as a prediction has it, or as the kernel said. */
export interface Deed<Evidence extends Quote = Quote> {
  readonly table: string;
  readonly chain: string;
  readonly kind: 'jump' | 'mark' | 'dnat' | 'masquerade' | 'accept' | 'drop' | 'reject' | 'return' | 'other';
  /** The chain that a jump leads to, else empty. */
  readonly to: string;
  readonly comment: string;
  readonly evidence: readonly Evidence[];
}

/** What a kernel said that a rule did. */
export type ToldDeed = Deed<Told>;

/** The deeds of a predicted way, with the rules as evidence. */
export function deedsOfSteps(steps: readonly Step[], node: NodeFacts): readonly Deed[] {
  return steps.map(({ table, chain, rule, action, element }) => {
    const reading = table === 'kube-proxy' ? node.nftables : node.iptables;
    const evidence = reading ? [quoted(reading, [rule.text, element?.text ?? ''])] : [];
    const base = { table, chain, comment: rule.comment, evidence };
    if (action.kind === 'jump' || action.kind === 'goto') return { ...base, kind: 'jump', to: action.chain };
    const kind = action.kind === 'choose' || action.kind === 'look-up' ? 'other' : action.kind;
    return { ...base, kind, to: '' };
  });
}

/** Whether a deed belongs to address translation; the others are those of filters. */
export function isTranslation({ table, chain }: Deed): boolean {
  if (table !== 'kube-proxy') return table === 'nat';
  return !/^filter-|-check$|^firewall-|^reject-chain$/.test(chain);
}

/** Whether a chain is that of one endpoint. */
export function isEndpointChain(chain: string): boolean {
  return /^(?:KUBE-SEP-|endpoint-)/.test(chain);
}
