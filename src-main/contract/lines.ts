import { z } from 'zod';
import { explanationSchema } from './events.ts';
import { removedContextSchema, writtenContextSchema } from './kubeconfig.ts';
import { providerIdSchema, vmSchema } from './machines.ts';
import { plannedDownloadsSchema } from './lab-session.ts';
import { takenAliasSchema } from './ssh-aliases.ts';
import { textSchema } from './text.ts';

/* What `--json` prints beside the events of a rollout: one object a line. */

const stage = z.string().describe('Id of a stage: prepare-nodes');
const recorded = z.string().optional().describe('The machines are those of a recording: when it was made');

export const planLineSchema = z
  .object({
    stage,
    machine: z.string().describe("The machine's name in the lab file, or `client`"),
    sentence: textSchema,
    command: z.string(),
    recorded,
  })
  .describe('A change that `plan` would make; on stdout');

export const downloadsLineSchema = z
  .object({ event: z.literal('downloads'), ...plannedDownloadsSchema.shape })
  .describe(
    'What is not in the cache yet and is downloaded as soon as a change needs some of it (`plan`, before the changes), unless everything comes from a bundle; on stdout',
  );

export const statusLineSchema = z
  .object({
    stage,
    done: z.boolean().describe('Whether nothing is to be changed'),
    changes: z.number().nullable().describe('Changes that `up` would make now; null: it cannot be said'),
    problem: explanationSchema.optional().describe('Why it cannot be said'),
    recorded,
  })
  .describe('How far a stage is (`status`); on stdout');

export const awayLineSchema = z
  .object({ machine: z.string().describe("The node's name in the lab file"), problem: explanationSchema })
  .describe('A node that cannot be reached, after the stages (`status`); on stdout');

export const aliasLineSchema = z
  .object({
    event: z.literal('ssh-config'),
    machine: z.string().describe("The machine's name in the lab file, or `client`"),
    address: z.string(),
    ...takenAliasSchema.shape,
  })
  .describe('What a machine has of an alias of `~/.ssh/config` (`init`, and first in `plan` and `status`); on stdout');

export const vmLineSchema = z
  .object({ event: z.literal('vm'), provider: providerIdSchema, ...vmSchema.shape })
  .describe('A VM of a lab (`machines list`, and `status` while not all run); on stdout');
export const nodesAddedLineSchema = z
  .object({
    event: z.literal('nodes-added'),
    file: z.string(),
    nodes: z.array(z.string()).describe('Names of those that were not in the lab file yet'),
  })
  .describe('What `node add` wrote into the lab file; on stdout');

export const kubeconfigLineSchema = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('context-written'), ...writtenContextSchema.shape }),
    z.object({ event: z.literal('context-removed'), ...removedContextSchema.shape }),
  ])
  .describe('What `kubeconfig` wrote, or removed; on stdout');

export const errorLineSchema = z
  .object({
    event: z.literal('error'),
    exitCode: z.number().describe('2: wrong input, nothing was touched; 1: anything else'),
    ...explanationSchema.partial({ detail: true, remedy: true }).shape,
    place: z
      .object({
        file: z.string(),
        line: z.number().describe('From 1; 0 when the whole file is meant'),
        column: z.number(),
        key: z.string().describe('nodes[1].address; empty when no key is meant'),
      })
      .optional()
      .describe('Where in a lab file'),
  })
  .describe('Why a command did not run or did not end well, where no event of a rollout says it; on stderr');

export type PlanLine = z.infer<typeof planLineSchema>;
export type DownloadsLine = z.infer<typeof downloadsLineSchema>;
export type StatusLine = z.infer<typeof statusLineSchema>;
export type AwayLine = z.infer<typeof awayLineSchema>;
export type AliasLine = z.infer<typeof aliasLineSchema>;
export type VmLine = z.infer<typeof vmLineSchema>;
export type NodesAddedLine = z.infer<typeof nodesAddedLineSchema>;
export type KubeconfigLine = z.infer<typeof kubeconfigLineSchema>;
export type ErrorLine = z.infer<typeof errorLineSchema>;
