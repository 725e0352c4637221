import { z } from 'zod';
import { problemSchema } from './failures.ts';

/* The nodes of an open lab, which come and go. */

/** A worker as a form asks for it; its address may be an alias of `~/.ssh/config`. */
export const nodeAnswersSchema = z.object({
  name: z.string().max(255).optional().describe('Default: the next k8s-worker1, k8s-worker2 …'),
  address: z.string().max(255),
});

/** What becomes of a lab file: the lines that are another way afterwards. */
export const changedLinesSchema = z.object({
  file: z.string(),
  line: z.number().describe('Of the first of them, from 1'),
  before: z.array(z.string()),
  after: z.array(z.string()),
});

/** A worker before it is written into the lab file, and all that is wrong with it. */
export const composedNodeSchema = z.object({
  name: z.string().describe('As it will be called'),
  path: z.string().describe('Where it stands in the file, `nodes[3]`: problems below it are of its fields'),
  problems: z.array(problemSchema),
  change: changedLinesSchema,
  access: z
    .object({ user: z.string(), port: z.number().nullable(), key: z.string(), agent: z.boolean(), asks: z.boolean() })
    .nullable()
    .describe(
      'How it is reached by what the lab file says, `asks`: with a password; empty and null where only its alias says it; null: it cannot be asked yet, or lies behind a jump host',
    ),
});

export type NodeAnswers = z.infer<typeof nodeAnswersSchema>;
export type ChangedLines = z.infer<typeof changedLinesSchema>;
export type ComposedNode = z.infer<typeof composedNodeSchema>;
