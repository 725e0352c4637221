import { z } from 'zod';
import { ipAddress, objectName, port as portValue } from '../facts/network-values.ts';
import { isTrue, conditionsSchema } from './conditions.ts';
import { keyOf, metadataSchema } from './metadata.ts';
import type { Lab } from '../lab/lab.ts';

/** NGINX Gateway Fabric labels what it makes for a Gateway with the Gateway's name. */
export const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** Selects NGINX's own objects of the lab's Gateway. */
export function nginxSelector({ gateway }: Pick<Lab, 'gateway'>): string {
  return `${GATEWAY_LABEL}=${gateway.name}`;
}

const certificateRef = z.object({ name: objectName, namespace: objectName.optional() });

const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    gatewayClassName: objectName,
    listeners: z
      .array(
        z.object({
          name: z.string(),
          protocol: z.string(),
          port: portValue,
          hostname: z.string().optional(),
          tls: z.object({ certificateRefs: z.array(certificateRef).default([]) }).optional(),
        }),
      )
      .default([]),
  }),
  status: z
    .object({
      addresses: z.array(z.object({ value: ipAddress.or(objectName) })).default([]),
      conditions: conditionsSchema,
    })
    .default({ addresses: [], conditions: [] }),
});

export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly class: string;
  readonly listeners: readonly {
    readonly name: string;
    readonly protocol: string;
    readonly port: number;
    readonly hostname: string | undefined;
    /** Secrets with the certificates of a listener that ends TLS: `staging/shortener-tls`. */
    readonly certificates: readonly string[];
  }[];
  readonly addresses: readonly string[];
  /** Undefined: its controller has not said. */
  readonly programmed: boolean | undefined;
}

/** A Gateway (gateway.networking.k8s.io/v1) as the API server has it. */
export function parseGateway(object: unknown): Gateway {
  const { metadata, spec, status } = schema.parse(object);
  return {
    ...keyOf(metadata),
    class: spec.gatewayClassName,
    listeners: spec.listeners.map(({ tls, ...listener }) => ({
      ...listener,
      hostname: listener.hostname,
      certificates: (tls?.certificateRefs ?? []).map(
        ({ name, namespace = metadata.namespace }) => `${namespace}/${name}`,
      ),
    })),
    addresses: status.addresses.map(({ value }) => value),
    programmed: isTrue(status.conditions, 'Programmed'),
  };
}
