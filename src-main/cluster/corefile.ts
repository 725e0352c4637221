import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import type { Lab } from '../lab/lab.ts';
import { zoneNames } from '../lab/own-apps.ts';
import { withBlock, withoutBlock } from '../machines/marked-block.ts';
import { jsonOf, kubectl, ofCluster } from './kubectl.ts';

const schema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  data: z.object({ Corefile: z.string().default('') }).default({ Corefile: '' }),
});

/** Says which Corefile CoreDNS was last told to read: written after the telling, so that a run that was cut off tells again. */
export const READ_ANNOTATION = 'hoplab.dev/corefile-read';

export interface Corefile {
  /** Empty while there is no CoreDNS. */
  readonly text: string;
  /** Hash of the text that CoreDNS was last told to read; empty before the first time. */
  readonly read: string;
}

/** CoreDNS's configuration in the cluster. */
export const corefile: Fact<Corefile> = {
  id: 'corefile',
  ...ofCluster,
  command: kubectl`-n kube-system get configmap coredns -o json`,
  parse(printed) {
    const found = jsonOf(printed, schema);
    return { text: found?.data.Corefile ?? '', read: found?.metadata.annotations[READ_ANNOTATION] ?? '' };
  },
};

/**
 * The Corefile with a server block of the lab's zone; the blocks of others stay as they are. `hosts` has no `fallthrough`:
 * with it a name without an IPv6 address would end in SERVFAIL instead of an empty answer, and a Mac would wait 5 s.
 */
export function withZone(found: string, lab: Lab): string {
  return withBlock(found, [
    `${lab.dns.zone}:53 {`,
    '    errors',
    '    hosts {',
    hostsLine(lab),
    '        ttl 30',
    '        no_reverse',
    '    }',
    '    reload',
    '}',
  ]);
}

/** The line by which the lab's names are known, as it stands in the Corefile. */
export function hostsLine(lab: Lab): string {
  const names = zoneNames(lab);
  return `        ${lab.loadBalancer.vip} ${names.join(' ')}`;
}

export function withoutZone(found: string): string {
  return withoutBlock(found);
}
