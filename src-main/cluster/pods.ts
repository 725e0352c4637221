import { z } from 'zod';
import { ipAddress, objectName } from '../facts/network-values.ts';
import { keyOf, metadataSchema } from './metadata.ts';

const containerStatus = z.object({
  ready: z.boolean().default(false),
  state: z
    .object({
      waiting: z.object({ reason: z.string().default('') }).optional(),
      terminated: z.object({ reason: z.string().default('') }).optional(),
    })
    .default({}),
});

const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({ nodeName: objectName.optional(), hostNetwork: z.boolean().default(false) }),
  status: z.object({
    phase: z.string().default('Unknown'),
    reason: z.string().default(''),
    podIP: ipAddress.optional(),
    conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: z.string().default('') })).default([]),
    containerStatuses: z.array(containerStatus).default([]),
  }),
});

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string | undefined;
  readonly address: string | undefined;
  readonly phase: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Why it is not ready: CrashLoopBackOff, Unschedulable …; empty when there is nothing to tell. */
  readonly reason: string;
  readonly hostNetwork: boolean;
}

/** A pod as the API server has it. */
export function parsePod(object: unknown): Pod {
  const { metadata, spec, status } = schema.parse(object);
  const ready = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  return {
    ...keyOf(metadata),
    labels: metadata.labels,
    node: spec.nodeName,
    address: status.podIP,
    phase: status.phase,
    ready,
    terminating: metadata.deletionTimestamp !== undefined,
    reason: ready ? '' : reasonOf(status),
    hostNetwork: spec.hostNetwork,
  };
}

/** The node that a pod is on; undefined: not scheduled, or no pod. */
export function nodeOfPod(object: unknown): string | undefined {
  return placedSchema.safeParse(object).data?.spec.nodeName;
}

const placedSchema = z.object({ spec: schema.shape.spec });

function reasonOf({ reason, conditions, containerStatuses }: z.infer<typeof schema>['status']): string {
  const container = containerStatuses.find(({ ready }) => !ready)?.state;
  const unmet = conditions.find(({ status, reason: why }) => status === 'False' && why !== '');
  return container?.waiting?.reason || container?.terminated?.reason || reason || unmet?.reason || '';
}
