import { z } from 'zod';
import { sh } from '../machines/command.ts';
import type { Printed } from '../machines/machine.ts';
import { kernelTables, type KernelTables } from '../netfilter/kernel-tables.ts';
import { parseNft } from '../netfilter/parse-nft.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

const listing = z.object({ nftables: z.array(z.looseObject({})) });

/**
 * kube-proxy's own table of nftables, as JSON; empty in its other modes, or where it does not run. Its container's nft is
 * asked, in the node's network: nft 1.0.6 of Debian 12 crashes on these rules (measured on the lab).
 */
export const kubeProxyRules: Fact<string> = {
  id: 'kube-proxy-rules',
  sudo: true,
  command: sh`
    proxy=$(pidof kube-proxy | cut -d' ' -f1)
    [ -n "$proxy" ] && nsenter -t "$proxy" -m nft -j list table ip kube-proxy`,
  accept: 'any',
  parse(printed) {
    if (doesNotRun(printed) || hasNoTable(printed)) return '';
    if (printed.exitCode !== 0) throw noAnswer(printed);
    listing.parse(JSON.parse(printed.stdout));
    return printed.stdout;
  },
};

export interface NftablesTables {
  /** Whether kube-proxy runs on the machine, in whichever mode. */
  readonly running: boolean;
  /** Undefined: kube-proxy has no table in nftables. */
  readonly tables: KernelTables | undefined;
}

/** The same, as far as the picture shows it. */
export const nftablesTables: Fact<NftablesTables> = {
  ...kubeProxyRules,
  parse(printed) {
    const text = kubeProxyRules.parse(printed);
    return { running: !doesNotRun(printed), tables: text === '' ? undefined : kernelTables(parseNft(text)) };
  },
};

/** `[ $# -gt 0 ]` failed, in silence: pidof found no such process. */
function doesNotRun({ stdout, stderr, exitCode }: Printed): boolean {
  return exitCode === 1 && `${stdout}${stderr}`.trim() === '';
}

/** nft's own word, or nsenter's that the container has no nft. Whatever else fails leaves it open. */
function hasNoTable({ stderr, exitCode }: Printed): boolean {
  return (
    exitCode !== 0 &&
    /^(?:Error: |nsenter: (?:failed to|can't) execute '?nft'?: )No such file or directory$/m.test(stderr)
  );
}
