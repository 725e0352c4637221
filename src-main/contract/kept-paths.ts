import { z } from 'zod';
import { hopSchema, pathSchema, spreadSchema, stopCauses } from './path.ts';

/*
 * The paths of a lab that were followed in its window: the newest are kept, also after a restart. Requests that were made
 * together are a series.
 */

export const pathIdSchema = z.string().regex(/^[\w-]{1,80}$/);

/** The most requests that one call makes: no more paths than these are kept. */
export const MOST_PATHS = 20;

export const keptPathSchema = z.object({
  id: pathIdSchema,
  series: z.string().nullable().describe('The same for requests that were made together; null: it was a single one'),
  path: pathSchema,
});

/** A path as it comes, and how the requests of its series spread up to it. */
export const openedPathSchema = keptPathSchema.extend({
  spread: spreadSchema.nullable().describe('null: it was a single request'),
});

/** One row of the list of kept paths. */
export const pathSummarySchema = keptPathSchema.omit({ path: true }).extend({
  target: z.string(),
  time: z.string().describe('ISO 8601 in UTC'),
  status: z.enum(['answered', 'stopped', 'unknown']),
  cause: z.enum(stopCauses).nullable(),
  basis: z.enum(['observed', 'predicted']).describe('`observed`: a request was made'),
  hops: z.number(),
  times: z
    .array(z.object({ machine: z.string(), at: z.number() }))
    .describe(
      'When the kernels reported the request, in milliseconds since the first report, in the order of the hops',
    ),
});

export const alignedHopsSchema = z.object({
  one: hopSchema.shape.id.nullable().describe('Id of a hop; null: the other path alone passes here'),
  other: hopSchema.shape.id.nullable(),
  differs: z
    .array(z.enum(['place', 'packet', 'branch', 'basis']))
    .describe('What is not the same in both; ports that a client chooses by itself do not count'),
});

/** Two paths side by side: each leg with its hops, those of the same place in one row. */
export const comparedPathsSchema = z.object({
  one: keptPathSchema,
  other: keptPathSchema,
  legs: z.array(z.object({ kind: z.enum(['name', 'request', 'back']), rows: z.array(alignedHopsSchema) })),
});

export const pathFormats = ['markdown', 'json', 'svg'] as const;

/** A path as a file that can be put into a document. */
export const pathFileSchema = z.object({
  name: z.string().describe('`path-192.168.2.200-20261124T140325.md`'),
  type: z.string().describe('MIME type'),
  text: z.string(),
});

export type KeptPath = z.infer<typeof keptPathSchema>;
export type OpenedPath = z.infer<typeof openedPathSchema>;
export type PathSummary = z.infer<typeof pathSummarySchema>;
export type AlignedHops = z.infer<typeof alignedHopsSchema>;
export type ComparedPaths = z.infer<typeof comparedPathsSchema>;
export type PathFormat = (typeof pathFormats)[number];
export type PathFile = z.infer<typeof pathFileSchema>;
