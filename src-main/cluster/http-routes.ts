import { z } from 'zod';
import { objectName, port as portValue } from '../facts/network-values.ts';
import { conditionsSchema, isTrue } from './conditions.ts';
import { keyOf, metadataSchema } from './metadata.ts';

const parentRef = z.object({ name: objectName, namespace: objectName.optional(), sectionName: z.string().optional() });
const backendRef = z.object({
  name: objectName,
  namespace: objectName.optional(),
  port: portValue.default(0),
  weight: z.number().default(1),
});
const match = z.object({
  path: z.object({ type: z.string().default('PathPrefix'), value: z.string().default('/') }).optional(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  method: z.string().optional(),
});

const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    parentRefs: z.array(parentRef).default([]),
    hostnames: z.array(z.string()).default([]),
    rules: z
      .array(z.object({ matches: z.array(match).default([]), backendRefs: z.array(backendRef).default([]) }))
      .default([]),
  }),
  status: z
    .object({ parents: z.array(z.object({ conditions: conditionsSchema })).default([]) })
    .default({ parents: [] }),
});

/** Names an object of another kind. */
export interface Reference {
  readonly namespace: string;
  readonly name: string;
}

export interface HttpRoute extends Reference {
  /** `listener`: the only one of that Gateway that it is for; undefined: all. */
  readonly gateways: readonly (Reference & { readonly listener: string | undefined })[];
  readonly hostnames: readonly string[];
  /** By the controller of one Gateway at least, at one listener at least; undefined: none has said. */
  readonly accepted: boolean | undefined;
  readonly rules: readonly {
    /** `PathPrefix /`, `GET`, `header env: canary`; several in one match are joined by ` and `. */
    readonly matches: readonly string[];
    readonly backends: readonly (Reference & { readonly port: number; readonly weight: number })[];
  }[];
}

/** An HTTPRoute (gateway.networking.k8s.io/v1) as the API server has it. */
export function parseHttpRoute(object: unknown): HttpRoute {
  const { metadata, spec, status } = schema.parse(object);
  const own = metadata.namespace;
  return {
    ...keyOf(metadata),
    gateways: spec.parentRefs.map(({ name, namespace, sectionName }) => ({
      namespace: namespace ?? own,
      name,
      listener: sectionName,
    })),
    hostnames: spec.hostnames,
    accepted: acceptedBy(status.parents.map(({ conditions }) => isTrue(conditions, 'Accepted'))),
    rules: spec.rules.map(({ matches, backendRefs }) => ({
      matches: matches.map(inWords),
      backends: backendRefs.map(({ name, namespace, port, weight }) => ({
        namespace: namespace ?? own,
        name,
        port,
        weight,
      })),
    })),
  };
}

/** A route works through each parent that accepts it, whatever the others say. */
function acceptedBy(all: readonly (boolean | undefined)[]): boolean | undefined {
  return all.includes(true) ? true : all.find((one) => one !== undefined);
}

function inWords({ path, headers, method }: z.infer<typeof match>): string {
  return [
    ...(method === undefined ? [] : [method]),
    ...(path ? [`${path.type} ${path.value}`] : []),
    ...headers.map(({ name, value }) => `header ${name}: ${value}`),
  ].join(' and ');
}
