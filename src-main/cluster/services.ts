import { z } from 'zod';
import { ipAddress, port as portValue } from '../facts/network-values.ts';
import { keyOf, metadataSchema } from './metadata.ts';

const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    type: z.string().default('ClusterIP'),
    externalTrafficPolicy: z.string().optional(),
    sessionAffinity: z.string().default('None'),
    clusterIP: z.union([ipAddress, z.enum(['None', ''])], 'no cluster IP').optional(),
    externalIPs: z.array(ipAddress).default([]),
    ports: z
      .array(
        z.object({
          name: z.string().default(''),
          protocol: z.string().default('TCP'),
          port: portValue,
          nodePort: portValue.optional(),
          targetPort: z.union([z.string(), z.number()]).optional(),
        }),
      )
      .default([]),
  }),
  status: z
    .object({
      loadBalancer: z
        .object({ ingress: z.array(z.object({ ip: ipAddress.optional() })).default([]) })
        .default({ ingress: [] }),
    })
    .default({ loadBalancer: { ingress: [] } }),
});

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly type: string;
  /** Undefined: headless. */
  readonly clusterAddress: string | undefined;
  /** EXTERNAL-IPs that were handed out. */
  readonly externalAddresses: readonly string[];
  /** Those that its author wrote into it. */
  readonly statedAddresses: readonly string[];
  /** From outside, only pods on the node that received the packet answer: `externalTrafficPolicy: Local`. */
  readonly local: boolean;
  /** A client stays with the pod that it met first: `sessionAffinity: ClientIP`. */
  readonly sticky: boolean;
  readonly ports: readonly {
    readonly name: string;
    readonly protocol: string;
    readonly port: number;
    readonly nodePort: number | undefined;
    readonly targetPort: string;
  }[];
}

/** A Service as the API server has it. */
export function parseService(object: unknown): Service {
  const { metadata, spec, status } = schema.parse(object);
  return {
    ...keyOf(metadata),
    labels: metadata.labels,
    type: spec.type,
    clusterAddress: spec.clusterIP === 'None' ? undefined : spec.clusterIP || undefined,
    externalAddresses: status.loadBalancer.ingress.flatMap(({ ip }) => (ip === undefined ? [] : [ip])),
    statedAddresses: spec.externalIPs,
    local: spec.externalTrafficPolicy === 'Local',
    sticky: spec.sessionAffinity === 'ClientIP',
    ports: spec.ports.map(({ name, protocol, port, nodePort, targetPort }) => ({
      name,
      protocol,
      port,
      nodePort,
      targetPort: String(targetPort ?? port),
    })),
  };
}
