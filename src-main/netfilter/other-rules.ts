import type { Action, Rule, Ruleset } from './ruleset.ts';

/** A rule of iptables that is none of Kubernetes, and decides over packets. */
export interface OtherRule {
  readonly table: string;
  readonly chain: string;
  /** As `iptables-save` prints it; of a chain's policy without its counters. */
  readonly text: string;
  /** `DNAT`, `DROP`, `REJECT`, `MASQUERADE`, `SNAT` … */
  readonly does: string;
}

/** Chains of kube-proxy, the kubelet, Flannel and CNI's plugins; and kube-proxy's own table of nftables. */
const KNOWN = /^(?:\S+ (?:KUBE|FLANNEL|CNI)-|kube-proxy )/;

const DECIDES = new Set<Action['kind']>(['dnat', 'drop', 'reject', 'masquerade']);

/** Targets that are no chains, and change where a packet goes or what it says of itself. */
const TARGETS = new Set(['SNAT', 'REDIRECT', 'NETMAP', 'TPROXY']);

/** The rules of others that send packets elsewhere or refuse them, and the chains that refuse what no rule takes. */
export function otherRules({ bases, chains }: Ruleset): readonly OtherRule[] {
  const policies = bases
    .filter(({ table, policy }) => policy === 'drop' && table !== 'kube-proxy')
    .map(({ table, name }) => ({ table, chain: name, text: `:${name} DROP`, does: 'DROP' }));
  const rules = [...chains].flatMap(([key, all]) => {
    if (KNOWN.test(key)) return [];
    const [table = '', chain = ''] = key.split(' ');
    return all.flatMap((rule) => {
      const does = deedOf(rule, (name) => chains.has(`${table} ${name}`));
      return does === undefined ? [] : [{ table, chain, text: rule.text, does }];
    });
  });
  return [...policies, ...rules];
}

function deedOf({ actions }: Rule, isChain: (name: string) => boolean): string | undefined {
  for (const action of actions) {
    if (DECIDES.has(action.kind)) return action.kind.toUpperCase();
    const target = action.kind === 'jump' || action.kind === 'goto' ? action.chain : '';
    if (TARGETS.has(target) && !isChain(target)) return target;
  }
  return undefined;
}
