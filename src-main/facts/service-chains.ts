import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { iptablesChains } from './iptables-chains.ts';
import { nftablesChains } from './nftables-chains.ts';
import { isNothingThere } from './nothing-there.ts';

/** A way into a Service as the kernel of one machine has it. */
export interface ServiceChain {
  /** `namespace/name` */
  readonly service: string;
  /** What a packet is matched by: `192.168.2.200:80`, or `*:30080` for any of the machine's own addresses. */
  readonly match: string;
  /** `TCP`, `UDP` … */
  readonly protocol: string;
  /** The chains it passes, the first to look at it first: `KUBE-SERVICES`, `KUBE-EXT-…`, `KUBE-SVC-…`. */
  readonly chains: readonly string[];
  /** Where the last of them leads; none: this machine sends such packets nowhere. */
  readonly endpoints: readonly ChainEndpoint[];
}

export interface ChainEndpoint {
  /** The packet's new destination: `10.244.1.3:8080`. */
  readonly address: string;
  /** How likely it is chosen, 0 to 1. */
  readonly share: number;
}

/**
 * The chains that kube-proxy has written into a machine's kernel, whichever of its modes wrote them. None on a machine where
 * it does not run. Sources: `iptables-save -t nat` of iptables; `nft list table ip kube-proxy` of the nftables in kube-proxy's
 * own container, for the node's own may be too old for these rules.
 */
export const serviceChains: Fact<readonly ServiceChain[]> = {
  id: 'service-chains',
  sudo: true,
  command: sh`iptables-save -t nat | grep '^-A KUBE-'; set -- $(pidof kube-proxy); [ $# -eq 0 ] || nsenter -t "$1" -m nft list table ip kube-proxy`,
  accept: 'any',
  parse({ stdout, stderr }) {
    if (stdout.trim() === '' && !isNothingThere(stderr)) throw new Error(stderr.trim().split('\n').at(-1));
    const start = stdout.search(/^table /m);
    const [iptables, nftables] = start < 0 ? [stdout, ''] : [stdout.slice(0, start), stdout.slice(start)];
    linesOf(iptables, (line) => (line.startsWith('-A KUBE-') ? line : undefined));
    if (nftables !== '' && !nftables.trimEnd().endsWith('\n}')) throw new Error('it ends before its table does');
    return [...iptablesChains(iptables), ...nftablesChains(nftables)];
  },
};
