import { z } from 'zod';
import { rolloutVerbSchema } from './events.ts';

/** An earlier rollout, from its journal. */
export const journalSummarySchema = z.object({
  rollout: z.string(),
  verb: rolloutVerbSchema,
  started: z.string().describe('ISO 8601 in UTC'),
  status: z.enum(['done', 'failed', 'cancelled', 'cut-off']).describe('`cut-off`: Hoplab ended in the middle'),
  changes: z.number(),
  duration: z.number().nullable().describe('Milliseconds'),
});

/** A file for whoever helps: versions, the lab file, the newest journals. Without secrets. */
export const supportBundleSchema = z.object({ file: z.string(), size: z.number().describe('Bytes') });

export type JournalSummary = z.infer<typeof journalSummarySchema>;
export type SupportBundle = z.infer<typeof supportBundleSchema>;
