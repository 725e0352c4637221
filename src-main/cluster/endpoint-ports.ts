import { z } from 'zod';
import { port as portValue } from '../facts/network-values.ts';

const schema = z.object({
  ports: z
    .array(
      z.object({
        name: z.string().nullish(),
        port: portValue.nullish(),
        protocol: z.string().nullish(),
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

/** The ports of an EndpointSlice as the API server has it. */
export function parseEndpointPorts(object: unknown): readonly EndpointPort[] {
  const { ports } = schema.parse(object);
  return (ports ?? []).map(({ name, port, protocol }) => ({
    name: name ?? '',
    port: port ?? undefined,
    protocol: protocol ?? 'TCP',
  }));
}
