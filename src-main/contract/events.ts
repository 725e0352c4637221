import { z } from 'zod';
import { textSchema } from './text.ts';

/*
 * What a rollout tells while it runs: one event a line in `--json` and in the journal. Times are ISO 8601 in UTC,
 * durations milliseconds. Secrets are redacted before an event exists.
 */

/** What a run was asked to do: with the lab, or from `start` on with its VMs. */
export const rolloutVerbSchema = z.enum([
  'up',
  'verify',
  'undo',
  'reset',
  'prove-vip',
  'remove-node',
  'start',
  'stop',
  'snapshot',
  'restore',
  'delete',
]);

const stage = z.string().describe('Id of a stage: prepare-nodes');
const machine = z
  .string()
  .describe("The machine's name in the lab file, `client`, or `this-computer` where VMs are made");
const duration = z.number().describe('Milliseconds');

/** One command that a check asked, and what came back. */
export const evidenceSchema = z.object({
  machine,
  command: z.string(),
  sudo: z.boolean().optional().describe('Run as root, through sudo'),
  stdout: z.string(),
  stderr: z.string(),
  omitted: z.number().optional().describe('Characters left out at the ends of stdout and stderr, where they are long'),
  exitCode: z.number().nullable().describe('null: it did not come to an end'),
  problem: textSchema.optional().describe('Why this is no answer'),
  duration,
  at: z.string().describe('When it came back, which may be before the check; in a recording, when it came back then'),
});

/** What went wrong, told once: made by rollout/explain.ts alone. */
export const explanationSchema = z.object({
  machine: machine.optional(),
  title: textSchema,
  detail: z.string().describe('What the machine said: its last output'),
  reason: textSchema.optional().describe('The likely reason'),
  remedy: textSchema,
  command: z.string().optional(),
  offer: z
    .literal('remove-gone')
    .optional()
    .describe('What a window offers besides: to remove the node `machine` although its machine does not answer'),
});

/** How far the downloads of a lab are, all of them together. */
export const downloadProgressShape = {
  bytes: z.number().describe('There, of what is needed'),
  total: z.number(),
  rate: z.number().describe('Bytes a second, over the last seconds'),
  remaining: z.number().optional().describe('Seconds; absent until it can be said'),
  current: z.array(z.string()).describe('What is downloaded now: kubelet v1.37.1, or the reference of an image'),
  waiting: textSchema.optional().describe('What it waits for, where nothing comes'),
};

const checkBase = { stage, check: z.string(), machine, sentence: textSchema };

/** What a check answered. */
export const checkFinishedSchema = z.object({
  event: z.literal('check-finished'),
  ...checkBase,
  status: z.enum(['passed', 'failed', 'not-applicable']),
  expected: textSchema,
  actual: textSchema,
  meaning: textSchema,
  remedy: textSchema.optional(),
  evidence: z.array(evidenceSchema),
  duration,
});

const eventSchemas = [
  z.object({
    event: z.literal('rollout-started'),
    rollout: z.string(),
    lab: z.string(),
    verb: rolloutVerbSchema,
    stages: z.array(stage),
    hoplab: z.string().describe('Version of Hoplab'),
    recording: z
      .object({
        recorded: z.string(),
        hoplab: z.string(),
        speed: z.number().optional().describe('How many times faster than it was; absent: at once'),
      })
      .optional()
      .describe('The machines are those of a recording: nothing was changed anywhere'),
  }),
  z.object({ event: z.literal('stage-started'), stage, title: textSchema, problem: textSchema, solves: textSchema }),
  z.object({
    event: z.literal('change-started'),
    stage,
    change: z.string().describe('Unique in the rollout'),
    machine,
    sentence: textSchema,
    command: z.string(),
    ahead: z.boolean().describe('Made early, while an earlier stage runs'),
  }),
  z.object({
    event: z.literal('change-progress'),
    change: z.string(),
    bytes: z.number().describe('Sent so far'),
    total: z.number(),
  }),
  z.object({
    event: z.literal('change-output'),
    change: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
  }),
  z.object({ event: z.literal('change-finished'), stage, change: z.string(), duration }),
  z.object({
    event: z.literal('change-failed'),
    stage,
    change: z.string(),
    duration,
    explanation: explanationSchema,
  }),
  z.object({
    event: z.literal('waiting'),
    machine,
    sentence: textSchema,
  }),
  z.object({
    event: z.literal('download-progress'),
    ...downloadProgressShape,
  }),
  z.object({ event: z.literal('download-finished'), bytes: z.number().describe('Downloaded now'), duration }),
  z.object({ event: z.literal('check-started'), ...checkBase }),
  checkFinishedSchema,
  z.object({
    event: z.literal('stage-finished'),
    stage,
    status: z.enum(['done', 'failed', 'cancelled']),
    changes: z.number(),
    duration,
  }),
  z.object({ event: z.literal('stage-undone'), stage, changes: z.number(), duration }),
  z.object({
    event: z.literal('rollout-finished'),
    status: z.enum(['done', 'failed', 'cancelled']),
    changes: z.number(),
    checks: z.object({ passed: z.number(), failed: z.number(), notApplicable: z.number() }),
    halfDone: z.array(z.object({ machine, sentence: textSchema })).describe('Changes that were cut off'),
    explanation: explanationSchema.optional(),
    duration,
  }),
] as const;

export const eventSchema = z.discriminatedUnion('event', eventSchemas);
export const timedEventSchema = z.intersection(z.object({ time: z.string() }), eventSchema);

export type RolloutVerb = z.infer<typeof rolloutVerbSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Explanation = z.infer<typeof explanationSchema>;
export type RolloutEvent = z.infer<typeof eventSchema>;
export type TimedEvent = z.infer<typeof timedEventSchema>;
export type EventOf<Name extends RolloutEvent['event']> = Extract<RolloutEvent, { event: Name }>;
