import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { ipAddress } from './network-values.ts';
import { noAnswer, tellsAbsence } from './no-answer.ts';

/**
 * Clients that session affinity of iptables remembers, by the chain of the endpoint: `KUBE-SEP-…`. An entry that has run
 * out stays until the kernel next looks. Source: /proc/net/xt_recent, `src=192.168.2.50 ttl: 64 last_seen: 4309 …` a line.
 */
export const rememberedClients: Fact<ReadonlyMap<string, ReadonlySet<string>>> = {
  id: 'remembered-clients',
  sudo: true,
  command: sh`grep -H . /proc/net/xt_recent/KUBE-SEP-*`,
  accept: 'any',
  parse(printed) {
    const { stdout, stderr, exitCode } = printed;
    const complaints = stderr.split('\n').filter((line) => line.trim() !== '');
    // grep: 1 where no line is there, 2 where there is no such file
    const isNone = complaints.every(tellsAbsence) && exitCode === (complaints.length === 0 ? 1 : 2);
    if (exitCode !== 0 && !isNone) throw noAnswer(printed);
    const found = new Map<string, Set<string>>();
    const entries = linesOf(stdout, (line) => {
      const [, list, address] = /^\/proc\/net\/xt_recent\/(KUBE-SEP-\w+):src=(\S+) /.exec(line) ?? [];
      return list === undefined ? undefined : { list, address: ipAddress.parse(address) };
    });
    for (const { list, address } of entries) found.set(list, (found.get(list) ?? new Set()).add(address));
    return found;
  },
};
