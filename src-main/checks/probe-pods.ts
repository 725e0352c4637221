import { z } from 'zod';
import { jsonOf, kubectl } from '../cluster/kubectl.ts';
import type { Fact } from '../facts/fact.ts';
import { ipAddress, objectName } from '../facts/network-values.ts';

const schema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: objectName }),
      spec: z.object({ nodeName: objectName.or(z.literal('')).default('') }),
      status: z.object({ podIP: ipAddress.optional() }),
    }),
  ),
});

/** Addresses of the probe pods by node; a pod without an address yet is left out. */
export const probePods: Fact<ReadonlyMap<string, string>> = {
  id: 'probe-pods',
  sudo: true,
  command: kubectl`-n hoplab get pods -l app=hoplab-probe --field-selector=status.phase=Running -o json`,
  accept: 'any',
  parse: (printed) =>
    new Map(
      (jsonOf(printed, schema)?.items ?? []).flatMap(({ spec, status }): [string, string][] =>
        status.podIP === undefined ? [] : [[spec.nodeName, status.podIP]],
      ),
    ),
};
