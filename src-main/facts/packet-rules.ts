import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

/**
 * All rules of iptables for IPv4, as `iptables-save` prints them. Table by table: while kube-proxy has rules in nftables
 * that the system's nft is too old for, reading all at once may fail. A machine without iptables has none.
 */
export const packetRules: Fact<string> = {
  id: 'packet-rules',
  sudo: true,
  command: sh`for table in raw mangle nat filter; do iptables-save -t "$table" 2>/dev/null; done; true`,
  parse: ({ stdout }) => stdout,
};
