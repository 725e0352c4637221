import { z } from 'zod';
import { checkFinishedSchema, explanationSchema, rolloutVerbSchema, timedEventSchema } from './events.ts';
import { labSummarySchema } from './labs.ts';
import { optionalStagesSchema } from './optional-stages.ts';
import { vmSizeSchema } from './machines.ts';
import { proxyModes } from './service-rules.ts';
import { takenAliasSchema } from './ssh-aliases.ts';
import { textSchema } from './text.ts';

/** What a lab file describes, as the window shows it, with every default filled in. Does not change until the lab is `outdated`. */
export const labDescriptionSchema = z.object({
  summary: labSummarySchema,
  nodes: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['control-plane', 'worker']),
      address: z.string(),
      where: z.string().describe('`lab@192.168.2.10:22`'),
      alias: takenAliasSchema.nullable().describe('null: the lab file states it all'),
    }),
  ),
  client: z.object({
    kind: z.enum(['this-computer', 'ssh']),
    address: z.string().nullable(),
    alias: takenAliasSchema.nullable(),
  }),
  kubernetes: z.object({
    version: z.string(),
    podCidr: z.string(),
    serviceCidr: z.string(),
    kubeProxy: z.enum(proxyModes),
  }),
  machines: vmSizeSchema.nullable().describe('null: the nodes are no VMs that Hoplab makes'),
  pool: z.string(),
  vip: z.string(),
  gateway: z.string(),
  dns: z.object({ zone: z.string(), nodePort: z.number() }),
  app: z.object({
    image: z.string(),
    nodePort: z.number(),
    environments: z.array(
      z.object({
        name: z.string(),
        host: z.string().describe('Full: `url-shortener.staging.k8s.local`'),
        replicas: z.number(),
      }),
    ),
  }),
  optional: optionalStagesSchema.describe('Stages that the lab file asks for besides'),
  targets: z.array(z.string()).describe('What can be followed in it, as it is typed'),
  situations: z
    .array(z.object({ id: z.string(), title: textSchema, target: z.string() }))
    .describe('Of the recording: what was broken then, and what was followed'),
  stages: z.array(
    z.object({
      id: z.string(),
      title: textSchema,
      problem: textSchema.describe('What the stage before leaves unsolved'),
      solves: textSchema,
      seed: z.string().nullable().describe('Section of the story: `1.1`'),
      undoneWith: z
        .array(z.string())
        .describe('Ids of the stages that are undone when it is, in that order: those that need it, then itself'),
      checks: z.array(
        z.object({ id: z.string(), sentence: textSchema, machines: z.array(z.string()).describe('Where it is asked') }),
      ),
    }),
  ),
});

/** The last answer of a check on one machine, with the time it was asked. */
export const checkStateSchema = z.object({ time: z.string(), result: checkFinishedSchema });

/** Where a stage stands now. */
export const stageStateSchema = z.object({
  stage: z.string(),
  state: z
    .enum(['unknown', 'reading', 'done', 'changes-needed', 'running', 'undoing', 'failed'])
    .describe(
      '`done`: no change is needed and no check failed. `changes-needed`: not rolled out, or changed by hand. `failed`: its rollout or a check failed.',
    ),
  changes: z.number().nullable().describe('How many changes it would make now; null when not read'),
  readAt: z.string().nullable().describe('When the machines were asked: ISO 8601 in UTC'),
  startedAt: z.string().nullable().describe('While it runs'),
  duration: z.number().nullable().describe('Milliseconds of its last run'),
  expectedDuration: z.number().nullable().describe('Milliseconds, from the last rollout that did it whole'),
  failure: explanationSchema.nullable(),
  checks: z.array(checkStateSchema).describe('The last answers, one a check and machine'),
});

/** What the window follows of an open lab. The first message has every stage; later ones only what is different now. */
export const labStateSchema = z.object({
  connection: z.object({
    state: z.enum(['closed', 'connecting', 'open', 'failed']),
    failure: explanationSchema.nullable(),
    away: z
      .array(explanationSchema)
      .describe('Nodes of an open lab that cannot be reached, and why; they are tried again every few seconds'),
  }),
  rollout: z
    .object({ id: z.string(), verb: rolloutVerbSchema, target: z.string().nullable(), startedAt: z.string() })
    .nullable()
    .describe('The one that runs now'),
  outdated: z
    .boolean()
    .describe(
      'The lab file describes another lab now: nothing more is said of this one, and opening it again opens that',
    ),
  stages: z.array(stageStateSchema),
});

/** What is not in the cache, of all that a lab installs: downloaded as soon as a change needs some of it. */
export const plannedDownloadsSchema = z.object({
  hosts: z
    .array(z.object({ host: z.string(), files: z.number(), bytes: z.number() }))
    .describe("Where it comes from: publishers' hosts, or mirrors; empty: all is in the cache"),
  bytes: z.number().describe('To be downloaded'),
  cached: z.number().describe('Bytes that are in the cache already'),
});

/** What would be changed now, stage by stage. Nothing is changed by asking. */
export const planSchema = z.object({
  downloads: plannedDownloadsSchema.nullable().describe('null: everything comes from a bundle or a recording'),
  stages: z.array(
    z.object({
      stage: z.string(),
      changes: z.array(z.object({ machine: z.string(), sentence: textSchema, command: z.string() })),
      failure: explanationSchema
        .nullable()
        .describe('It could not be decided yet, for example because a machine is away'),
    }),
  ),
});

/**
 * A piece of the run log, in order. A late subscriber gets what there is first. `from` counts the events of one rollout from 0;
 * a gap to the piece before says that old events were dropped to keep memory small (they are in the journal).
 */
export const logBatchSchema = z.object({
  rollout: z.string(),
  from: z.number(),
  events: z.array(timedEventSchema),
});

export type LabDescription = z.infer<typeof labDescriptionSchema>;
export type StageState = z.infer<typeof stageStateSchema>;
export type CheckState = z.infer<typeof checkStateSchema>;
export type LabState = z.infer<typeof labStateSchema>;
export type PlannedDownloads = z.infer<typeof plannedDownloadsSchema>;
export type PlannedRollout = z.infer<typeof planSchema>;
export type LogBatch = z.infer<typeof logBatchSchema>;
