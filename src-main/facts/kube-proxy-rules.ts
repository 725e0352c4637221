import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { isNothingThere } from './nothing-there.ts';

/**
 * kube-proxy's own table of nftables, as JSON; empty in its other modes, or where it does not run. Its container's nft is
 * asked, in the node's network: nft 1.0.6 of Debian 12 crashes on these rules (measured on the lab).
 */
export const kubeProxyRules: Fact<string> = {
  id: 'kube-proxy-rules',
  sudo: true,
  command: sh`set -- $(pidof kube-proxy); [ $# -gt 0 ] && nsenter -t "$1" -m nft -j list table ip kube-proxy`,
  accept: 'any',
  parse({ stdout, stderr, exitCode }) {
    if (exitCode === 0 && stdout.startsWith('{')) return stdout;
    if (exitCode !== 0 && isNothingThere(stderr)) return '';
    throw new Error('no rules of nftables');
  },
};
