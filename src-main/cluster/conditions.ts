import { z } from 'zod';

export const conditionsSchema = z
  .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
  .default([]);

/** Whether a condition holds; undefined when nobody has said. */
export function isTrue(conditions: z.infer<typeof conditionsSchema>, type: string): boolean | undefined {
  const status = conditions.find((condition) => condition.type === type)?.status;
  return status === undefined || status === 'Unknown' ? undefined : status === 'True';
}
