import { sh } from '../machines/command.ts';
import { parseIpSets, type IpSet } from '../netfilter/ip-sets.ts';
import { parseIpvs, type Ipvs } from '../netfilter/virtual-servers.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/**
 * The virtual servers of IPVS in a kernel, and the clients that keep their real server. Asked where kube-proxy works with ipvs:
 * a kernel without the module has no such file. It is what `ipvsadm -L -n` reads, which nodes need not have.
 */
export const ipvsTables: Fact<Ipvs> = {
  id: 'ipvs-tables',
  sudo: true,
  command: sh`cat /proc/net/ip_vs || exit
    sed -n '/^[A-Z]* *[0-9A-F]* 0000 /p' /proc/net/ip_vs_conn`,
  accept: 'any',
  parse(printed) {
    if (printed.exitCode !== 0 || !printed.stdout.startsWith('IP Virtual Server')) throw noAnswer(printed);
    return parseIpvs(printed.stdout);
  },
};

/** The sets that kube-proxy's rules of iptables look into in ipvs mode, by their name. Its container's `ipset` is asked, in the node's network. */
export const ipSets: Fact<ReadonlyMap<string, IpSet>> = {
  id: 'ip-sets',
  sudo: true,
  command: sh`
    proxy=$(pidof kube-proxy | cut -d' ' -f1)
    [ -n "$proxy" ] && nsenter -t "$proxy" -m ipset save`,
  accept: 'any',
  parse(printed) {
    if (printed.exitCode !== 0) throw noAnswer(printed);
    return parseIpSets(printed.stdout);
  },
};
