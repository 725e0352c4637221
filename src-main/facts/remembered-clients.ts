import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

/**
 * Clients that session affinity of iptables remembers, by the chain of the endpoint: `KUBE-SEP-…`. An entry that has run
 * out stays until the kernel next looks. Source: /proc/net/xt_recent, `src=192.168.2.50 ttl: 64 last_seen: 4309 …` a line.
 */
export const rememberedClients: Fact<ReadonlyMap<string, ReadonlySet<string>>> = {
  id: 'remembered-clients',
  sudo: true,
  command: sh`grep -H . /proc/net/xt_recent/KUBE-SEP-* 2>/dev/null`,
  accept: [0, 1, 2],
  parse({ stdout }) {
    const found = new Map<string, Set<string>>();
    for (const line of stdout.split('\n')) {
      const [, list, address] = /\/(KUBE-SEP-[^:]+):src=([\d.]+)/.exec(line) ?? [];
      if (list === undefined || address === undefined) continue;
      found.set(list, (found.get(list) ?? new Set()).add(address));
    }
    return found;
  },
};
