import { sh } from '../machines/command.ts';
import { kernelTables, type KernelTables } from '../netfilter/kernel-tables.ts';
import { parseIptables } from '../netfilter/parse-iptables.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/**
 * All rules of iptables for IPv4, as `iptables-save` prints them. Where that fails, table by table: it may while kube-proxy
 * has rules in nftables that the system's nft is too old for. Empty: the kernel has none. What could not be read whole is no
 * answer, nor is a program that is not there: kube-proxy brings its own.
 */
export const packetRules: Fact<string> = {
  id: 'packet-rules',
  sudo: true,
  command: sh`
    if all=$(iptables-save); then echo "$all"; exit; fi
    code=0
    for table in raw mangle nat filter; do iptables-save -t "$table" || code=$?; done
    exit "$code"`,
  accept: 'any',
  parse(printed) {
    const { stdout, exitCode } = printed;
    if (exitCode !== 0) throw noAnswer(printed);
    linesOf(stdout, (line) => (/^(?:#|\*|:|-A |COMMIT)/.test(line) ? line : undefined));
    return stdout;
  },
};

/** The same, as far as the picture shows it. */
export const iptablesTables: Fact<KernelTables> = {
  ...packetRules,
  parse: (printed) => kernelTables(parseIptables(packetRules.parse(printed))),
};
