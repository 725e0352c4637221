import { z } from 'zod';

/** What is read of every object's metadata. */
export const metadataSchema = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  deletionTimestamp: z.string().optional(),
});

export function keyOf({ namespace, name }: z.infer<typeof metadataSchema>): { namespace: string; name: string } {
  return { namespace, name };
}
