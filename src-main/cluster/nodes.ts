import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { cidr, ipAddress, objectName } from '../facts/network-values.ts';
import { jsonOf, kubectl, ofCluster } from './kubectl.ts';

const addressSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['InternalIP', 'ExternalIP']), address: ipAddress }),
  z.object({ type: z.enum(['Hostname', 'InternalDNS', 'ExternalDNS']), address: objectName }),
]);

const nodeSchema = z.object({
  metadata: z.object({ name: objectName, labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    taints: z.array(z.object({ key: z.string(), effect: z.string() })).default([]),
    podCIDR: cidr.or(z.literal('')).default(''),
  }),
  status: z.object({
    conditions: z
      .array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') }))
      .default([]),
    addresses: z.array(addressSchema).default([]),
    nodeInfo: z.object({ kubeletVersion: z.string().regex(/^v[\w.+-]+$/, 'no version') }),
  }),
});

const schema = z.object({ items: z.array(nodeSchema) });

export interface ClusterNode {
  readonly name: string;
  readonly ready: boolean;
  /** Why the node is not ready, in the kubelet's words. */
  readonly reason: string;
  readonly internalAddress: string;
  readonly podCidr: string;
  /** With `v`. */
  readonly kubeletVersion: string;
  readonly taints: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The nodes that are registered; none where there is no cluster. */
export const clusterNodes: Fact<readonly ClusterNode[]> = {
  id: 'cluster-nodes',
  ...ofCluster,
  command: kubectl`get nodes -o json`,
  parse: (printed) => (jsonOf(printed, schema)?.items ?? []).map(clusterNode),
};

/** A Node as the API server has it. */
export function parseNode(object: unknown): ClusterNode {
  return clusterNode(nodeSchema.parse(object));
}

function clusterNode({ metadata, spec, status }: z.infer<typeof nodeSchema>): ClusterNode {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    ready: ready?.status === 'True',
    reason: ready?.message ?? '',
    internalAddress: status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '',
    podCidr: spec.podCIDR,
    kubeletVersion: status.nodeInfo.kubeletVersion,
    taints: spec.taints.map(({ key }) => key),
    labels: metadata.labels,
  };
}
