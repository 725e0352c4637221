import { z } from 'zod';
import { ipAddress, objectName, port as portValue } from '../facts/network-values.ts';
import { keyOf, metadataSchema } from './metadata.ts';

const schema = z.object({
  metadata: metadataSchema,
  ports: z
    .array(z.object({ name: z.string().nullish(), port: portValue.nullish(), protocol: z.string().nullish() }))
    .nullish(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(ipAddress.or(objectName)).default([]),
        conditions: z.object({ ready: z.boolean().nullish() }).default({}),
        nodeName: objectName.optional(),
        targetRef: z.object({ kind: z.string().optional(), name: objectName.optional() }).optional(),
      }),
    )
    .nullish(),
});

/** A port of all endpoints of a slice. */
export interface EndpointPort {
  /** As the Service names it; empty where it has one port without a name. */
  readonly name: string;
  /** Undefined: any, and which is the affair of who asks: kube-proxy asks none. */
  readonly port: number | undefined;
  readonly protocol: string;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** Name of the Service, in the same namespace. */
  readonly service: string | undefined;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly {
    readonly address: string;
    /** As kube-proxy takes it: what is not stated is ready. */
    readonly ready: boolean;
    /** `conditions.ready: true` stands there. NGINX Gateway Fabric takes no other endpoint. */
    readonly statesReady: boolean;
    readonly node: string | undefined;
    /** Name of the pod, in the same namespace. */
    readonly pod: string | undefined;
  }[];
}

/** A part of a Service's endpoints as the API server has it. */
export function parseEndpointSlice(object: unknown): EndpointSlice {
  const { metadata, ports, endpoints } = schema.parse(object);
  return {
    ...keyOf(metadata),
    service: metadata.labels['kubernetes.io/service-name'],
    ports: (ports ?? []).map(({ name, port, protocol }) => ({
      name: name ?? '',
      port: port ?? undefined,
      protocol: protocol ?? 'TCP',
    })),
    endpoints: (endpoints ?? []).flatMap(({ addresses, conditions, nodeName, targetRef }) =>
      addresses.map((address) => ({
        address,
        ready: conditions.ready ?? true,
        statesReady: conditions.ready === true,
        node: nodeName,
        pod: targetRef?.kind === 'Pod' ? targetRef.name : undefined,
      })),
    ),
  };
}
