import { z } from 'zod';
import { sh } from '../machines/command.ts';
import { kernelTables, type KernelTables } from '../netfilter/kernel-tables.ts';
import { parseNft } from '../netfilter/parse-nft.ts';
import type { Fact } from './fact.ts';
import { isNothingThere } from './nothing-there.ts';

const listing = z.object({ nftables: z.array(z.looseObject({})) });

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
    if (exitCode !== 0) {
      if (isNothingThere(stderr)) return '';
      throw new Error(`exit code ${exitCode}`);
    }
    listing.parse(JSON.parse(stdout));
    return stdout;
  },
};

export interface NftablesTables {
  /** Whether kube-proxy runs on the machine, in whichever mode. */
  readonly running: boolean;
  /** Undefined: kube-proxy has no table in nftables. */
  readonly tables: KernelTables | undefined;
}

/** The same, as far as the picture shows it. What is neither a table nor the word that there is none is no answer. */
export const nftablesTables: Fact<NftablesTables> = {
  ...kubeProxyRules,
  parse({ stdout, stderr, exitCode }) {
    if (exitCode === 0 && stdout.startsWith('{')) return { running: true, tables: kernelTables(parseNft(stdout)) };
    if (stdout.trim() === '' && stderr.trim() === '') return { running: false, tables: undefined };
    if (/No such file or directory|nft: not found/.test(stderr)) return { running: true, tables: undefined };
    throw new Error(stderr.trim().split('\n').at(-1));
  },
};
