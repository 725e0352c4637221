import { sh } from '../machines/command.ts';
import { kernelTables, type KernelTables } from '../netfilter/kernel-tables.ts';
import { parseIptables } from '../netfilter/parse-iptables.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';

/**
 * All rules of iptables for IPv4, as `iptables-save` prints them. Where that fails, table by table: it may while kube-proxy
 * has rules in nftables that the system's nft is too old for. A machine without iptables has none.
 */
export const packetRules: Fact<string> = {
  id: 'packet-rules',
  sudo: true,
  command: sh`if all=$(iptables-save 2>/dev/null); then echo "$all"; else for table in raw mangle nat filter; do iptables-save -t "$table" 2>/dev/null; done; fi; true`,
  parse({ stdout }) {
    linesOf(stdout, (line) => (/^(?:#|\*|:|-A |COMMIT)/.test(line) ? line : undefined));
    return stdout;
  },
};

/** The same, as far as the picture shows it. */
export const iptablesTables: Fact<KernelTables> = {
  ...packetRules,
  parse: (printed) => kernelTables(parseIptables(packetRules.parse(printed))),
};
