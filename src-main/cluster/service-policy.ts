import { z } from 'zod';

const schema = z.object({
  spec: z.object({
    externalTrafficPolicy: z.string().optional(),
    sessionAffinity: z.string().default('None'),
  }),
});

/** What a Service asks of the way to its pods. */
export interface ServicePolicy {
  /** From outside, only pods on the node that received the packet answer: `externalTrafficPolicy: Local`. */
  readonly local: boolean;
  /** A client stays with the pod that it met first: `sessionAffinity: ClientIP`. */
  readonly sticky: boolean;
}

/** A Service as the API server has it. */
export function parseServicePolicy(object: unknown): ServicePolicy {
  const { spec } = schema.parse(object);
  return { local: spec.externalTrafficPolicy === 'Local', sticky: spec.sessionAffinity === 'ClientIP' };
}
