import { z } from 'zod';
import { objectName } from '../facts/network-values.ts';

/** What is read of every object's metadata. */
export const metadataSchema = z.object({
  name: objectName,
  namespace: objectName.or(z.literal('')).default(''),
  labels: z.record(z.string(), z.string()).default({}),
  deletionTimestamp: z.string().optional(),
});

export function keyOf({ namespace, name }: z.infer<typeof metadataSchema>): { namespace: string; name: string } {
  return { namespace, name };
}
