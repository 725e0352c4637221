import { z } from 'zod';
import { explanationSchema } from './events.ts';
import { textSchema } from './text.ts';

/** One thing that is wrong with a lab file, at the place where a person mends it. */
export const problemSchema = z.object({
  line: z.number().describe('1-based; 0 when the file as a whole is meant'),
  column: z.number().describe('1-based, in UTF-16 units; 0 as for `line`'),
  path: z.string().describe('`nodes[1].address`; empty when no key is meant'),
  text: textSchema.describe('What is wrong'),
  remedy: textSchema.describe('What to do about it'),
});

export const labFileFailureSchema = z.object({ file: z.string(), problems: z.array(problemSchema) });

/**
 * The errors of every procedure. `FAILED` is told to the person as it is: title, remedy, and the machine's own words.
 * `LAB_FILE` lists all that is wrong with a lab file, `TARGET` says why a path's target cannot be read. Anything else that reaches the renderer is a fault of Hoplab.
 */
export const failures = {
  FAILED: { status: 422, message: 'Something failed that the user can fix.', data: explanationSchema },
  LAB_FILE: { status: 422, message: 'The lab file cannot be used as it is.', data: labFileFailureSchema },
  TARGET: { status: 422, message: 'The target of a path cannot be read.', data: textSchema },
} as const;

export type LabFileProblem = z.infer<typeof problemSchema>;
