import { z } from 'zod';
import { objectName } from '../facts/network-values.ts';
import { keyOf, metadataSchema } from './metadata.ts';

const schema = z.object({
  metadata: metadataSchema,
  status: z
    .object({
      node: objectName.optional(),
      serviceName: objectName.optional(),
      serviceNamespace: objectName.optional(),
      interfaces: z.array(z.object({ name: z.string().default('') })).nullish(),
    })
    .default({}),
});

export interface L2Status {
  readonly namespace: string;
  readonly name: string;
  /** The node whose speaker answers ARP for the Service's address. */
  readonly node: string | undefined;
  /** By which it answers; empty: by all. */
  readonly interfaces: readonly string[];
  readonly service: { readonly namespace: string; readonly name: string };
}

/** MetalLB's word on who announces a Service: a ServiceL2Status (metallb.io/v1beta1) as the API server has it. */
export function parseL2Status(object: unknown): L2Status {
  const { metadata, status } = schema.parse(object);
  const { labels } = metadata;
  return {
    ...keyOf(metadata),
    node: status.node ?? labels['metallb.io/node'],
    interfaces: (status.interfaces ?? []).map(({ name }) => name),
    service: {
      namespace: status.serviceNamespace ?? labels['metallb.io/service-namespace'] ?? '',
      name: status.serviceName ?? labels['metallb.io/service-name'] ?? '',
    },
  };
}
