import { z } from 'zod';
import { explanationSchema } from './events.ts';
import { problemSchema } from './failures.ts';
import { vmAnswersSchema } from './machines.ts';
import { takenAliasSchema } from './ssh-aliases.ts';

/** Names a lab in every other procedure: `recording`, or what `labs.open` made of a lab file's path. */
export const labIdSchema = z.string().min(1).max(64).brand<'LabId'>();

/** What a recording says of itself wherever it shows. */
export const recordingSchema = z.object({
  date: z.string().describe('When it was made: ISO 8601 in UTC'),
  versions: z.record(z.string(), z.string()).describe('By component, without `v`: kubernetes, flannel, metallb …'),
  speed: z.number().describe('How much faster than it was recorded: 1 is as it was, 0 without waiting'),
});

/** One row of the list of labs. */
export const labSummarySchema = z.object({
  id: labIdSchema,
  name: z.string(),
  kind: z.enum(['recording', 'lab']),
  file: z.string().nullable().describe('Absolute path of the lab file; null for the recording'),
  recording: recordingSchema.nullable(),
  nodes: z.number().nullable().describe('null when the lab file cannot be read'),
  problems: z.array(problemSchema).describe('Of the lab file'),
  opens: z
    .boolean()
    .describe('Whether it can be opened: with a bundle that cannot be used, but not with other problems'),
  lastOpened: z.string().nullable().describe('ISO 8601 in UTC'),
});

/** What the guided form asks; what is left out gets a default that fits the rest. Checked as a whole by `labs.compose`. */
export const labAnswersSchema = z.object({
  language: z.enum(['en', 'ja']).optional().describe('Of the comments in the lab file'),
  lab: z.string().optional().describe('Name; default shortener'),
  nodes: z
    .array(
      z.object({
        name: z.string().optional(),
        role: z.enum(['control-plane', 'worker']).optional(),
        address: z.string(),
      }),
    )
    .max(200)
    .describe(
      'The first is the control plane unless another one is; may be empty where `machines` says how many there are',
    ),
  machines: vmAnswersSchema.optional().describe('VMs that Hoplab makes on this computer'),
  user: z.string().describe('Empty where every machine has one of its alias'),
  port: z.number().optional(),
  key: z.string().optional(),
  agent: z.boolean().optional(),
  password: z.boolean().optional(),
  sudo: z.enum(['passwordless', 'password']).optional(),
  client: z.union([z.literal('this-computer'), z.object({ address: z.string() })]).optional(),
  pool: z.string().optional().describe('FIRST-LAST or a CIDR'),
  vip: z.string().optional(),
  podCidr: z.string().optional(),
  serviceCidr: z.string().optional(),
  zone: z.string().optional(),
  bundle: z.string().optional().describe('File or folder, relative to the lab file; absent: online'),
  kubeadmOverrides: z.string().optional(),
});

/** A lab file before it is written, and all that is wrong with it (`path` names the form's field). */
export const composedLabSchema = z.object({
  text: z.string(),
  problems: z.array(problemSchema),
  vms: z
    .object({
      machines: z.array(
        z.object({
          name: z.string(),
          role: z.enum(['control-plane', 'worker']),
          address: z.string(),
          vm: z.string().describe("The VM's name at its provider"),
        }),
      ),
      lan: z.string().nullable(),
      pool: z.string(),
      vip: z.string(),
    })
    .nullable()
    .describe('What is made of it, where Hoplab makes the machines and the file has no problems'),
});

/** An alias of `~/.ssh/config`, with all that it says. */
export const foundAliasSchema = z.object({ address: z.string().describe('IPv4 address'), taken: takenAliasSchema });

/** How a host is reached while its lab file is not written yet. */
export const hostAccessSchema = z.object({
  address: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535).default(22),
  user: z.string().min(1).max(64),
  key: z.string().optional(),
  agent: z.boolean().optional(),
});

/** A host's key and what Hoplab has pinned for it. Fingerprints as OpenSSH prints them: `SHA256:…`. */
export const hostKeySchema = z.object({
  machine: z.string().describe('Name in the lab file, `client`, `jump host ADDRESS`, or the address'),
  address: z.string(),
  port: z.number(),
  type: z.string().describe('`ssh-ed25519` …'),
  fingerprint: z.string(),
  verdict: z.enum(['ok', 'unknown', 'changed']),
  pinned: z.array(z.string()).describe('Fingerprints that are pinned for it now'),
});

/** What can be told of a host that somebody is typing into the form. Values that are not known are null. */
export const discoveredHostSchema = z.object({
  address: z.string(),
  hostKey: hostKeySchema.nullable().describe('null: no SSH server answered'),
  facts: z
    .object({
      hostname: z.string(),
      kernel: z.string(),
      arch: z.string(),
      cpus: z.number(),
      memory: z.number().describe('MiB'),
    })
    .nullable()
    .describe('Read once the host key is trusted'),
  failure: explanationSchema.nullable(),
});

export type LabId = z.infer<typeof labIdSchema>;
export type RecordingLabel = z.infer<typeof recordingSchema>;
export type LabSummary = z.infer<typeof labSummarySchema>;
export type LabAnswers = z.infer<typeof labAnswersSchema>;
export type ComposedLab = z.infer<typeof composedLabSchema>;
export type HostAccess = z.infer<typeof hostAccessSchema>;
export type FoundAlias = z.infer<typeof foundAliasSchema>;
export type ShownHostKey = z.infer<typeof hostKeySchema>;
export type DiscoveredHost = z.infer<typeof discoveredHostSchema>;
