import { z } from 'zod';
import { evidenceSchema } from './events.ts';
import { textSchema } from './text.ts';

/** One thing that `hoplab doctor` has looked at. */
export const findingSchema = z
  .object({
    event: z.literal('finding'),
    probe: z.string().describe('Id of what was looked at: resolver-file'),
    part: z.enum(['computer', 'lab']),
    status: z.enum(['ok', 'problem', 'unknown']).describe('`unknown`: it could not be read, or is not there yet'),
    sentence: textSchema,
    remedy: textSchema.optional().describe('What to do'),
    evidence: z.array(evidenceSchema),
  })
  .describe('What `doctor` found; on stdout');

export type Finding = z.infer<typeof findingSchema>;
