import { z } from 'zod';

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});

const parent = z.object({
  parentRef: z
    .object({ name: z.string().default(''), namespace: z.string().optional(), sectionName: z.string().optional() })
    .default({ name: '' }),
  conditions: z.array(condition).default([]),
});

const schema = z.object({
  metadata: z.object({ namespace: z.string().default('') }),
  status: z.object({ parents: z.array(parent).default([]) }).default({ parents: [] }),
});

/** A condition of a route: what its controller says, and why. */
export interface RouteCondition {
  readonly holds: boolean;
  /** `NoMatchingParent`, `RefNotPermitted`. */
  readonly reason: string;
  readonly message: string;
}

/** What the controller of one parent of a route says of it. */
export interface RouteParent {
  readonly namespace: string;
  readonly name: string;
  /** Undefined: it speaks of all. */
  readonly listener: string | undefined;
  /** Undefined: it has not said. */
  readonly accepted: RouteCondition | undefined;
  readonly resolved: RouteCondition | undefined;
  /** Rules of it were left out, because they are not valid. */
  readonly partial: RouteCondition | undefined;
}

/** The status of a route of gateway.networking.k8s.io/v1 as the API server has it. */
export function readParents(object: unknown): readonly RouteParent[] {
  const { metadata, status } = schema.parse(object);
  return status.parents.map(({ parentRef, conditions }) => ({
    namespace: parentRef.namespace ?? metadata.namespace,
    name: parentRef.name,
    listener: parentRef.sectionName,
    accepted: named(conditions, 'Accepted'),
    resolved: named(conditions, 'ResolvedRefs'),
    partial: named(conditions, 'PartiallyInvalid'),
  }));
}

function named(all: readonly z.infer<typeof condition>[], wanted: string): RouteCondition | undefined {
  const found = all.find(({ type, status }) => type === wanted && status !== 'Unknown');
  return found && { holds: found.status === 'True', reason: found.reason, message: found.message };
}
