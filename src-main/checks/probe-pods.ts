import { z } from 'zod';
import { kubectl } from '../cluster/kubectl.ts';
import type { Fact } from '../facts/fact.ts';

const schema = z.object({
  items: z.array(
    z.object({
      spec: z.object({ nodeName: z.string().default('') }),
      status: z.object({ podIP: z.string().default('') }),
    }),
  ),
});

/** Addresses of the probe pods by node; a pod without an address yet is left out. */
export const probePods: Fact<ReadonlyMap<string, string>> = {
  id: 'probe-pods',
  sudo: true,
  command: kubectl`-n hoplab get pods -l app=hoplab-probe --field-selector=status.phase=Running -o json`,
  accept: 'any',
  parse: ({ stdout }) =>
    new Map(
      (stdout.startsWith('{') ? schema.parse(JSON.parse(stdout)).items : [])
        .filter(({ status }) => status.podIP !== '')
        .map(({ spec, status }) => [spec.nodeName, status.podIP]),
    ),
};
