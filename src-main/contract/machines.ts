import { z } from 'zod';
import { textSchema } from './text.ts';

/* VMs on this computer: what makes them, and how they are. */

/** The name of this computer, as the machine on which VMs are made; also where the client of the lab is another one. */
export const COMPUTER = 'this-computer';

export const PROVIDERS = ['libvirt', 'lima', 'multipass'] as const;
export const providerIdSchema = z.enum(PROVIDERS);

/** The images that Hoplab knows; another one is named by its file. */
export const VM_IMAGES = ['debian-12', 'debian-13', 'ubuntu-24.04'] as const;

/** What this computer lacks for a provider, and how it is got. */
export const missingPartSchema = z.object({
  what: textSchema.describe('Without a full stop: `virsh` is not installed'),
  how: textSchema.describe('A sentence: what the command does, or what is to be done by hand'),
  command: z.string().nullable().describe('To be typed by the user: Hoplab does not run it; null: there is none'),
  root: z.boolean().describe('Whether the command asks for an administrator'),
});

/** A provider as it is on this computer. */
export const providerSchema = z.object({
  provider: providerIdSchema,
  name: z.string().describe('As its project writes it: `Lima`'),
  missing: z.array(missingPartSchema).describe('Empty: it can be used'),
  remark: textSchema.nullable().describe('What is special about it: how fast its VMs are, which addresses reach them'),
});

/** `foreign`: a VM of that name is there, and it is not of this lab. `unknown`: it could not be read, or means nothing to Hoplab. */
export const vmStateSchema = z.enum(['missing', 'stopped', 'running', 'foreign', 'unknown']);

/** One VM of a lab. */
export const vmSchema = z.object({
  node: z.string().describe("The node's name in the lab file"),
  vm: z.string().describe("The VM's name at the provider"),
  address: z.string(),
  state: vmStateSchema,
  said: z.string().describe('What the provider said of it, in its own words'),
  snapshots: z.array(z.string()),
});

/** All VMs of a lab. Snapshots that every one of them has are those of the lab. */
export const vmsSchema = z.object({
  provider: providerIdSchema,
  machines: z.array(vmSchema),
  snapshots: z.array(z.string()).describe('Of the whole lab, in the order of their making'),
});

/** The VMs that a lab file asks for, which are all alike. */
export const vmSizeSchema = z.object({
  provider: providerIdSchema,
  cpus: z.number(),
  memory: z.number().describe('MiB'),
  disk: z.number().describe('GiB'),
  image: z.string().describe('`debian-12` …, or the absolute path of a cloud image'),
});

/** What the form asks of VMs, as a lab file has it; what is left out gets its default. */
export const vmAnswersSchema = z.object({
  provider: providerIdSchema,
  count: z.number().optional().describe('The control plane and its workers; default 3'),
  cpus: z.number().optional(),
  memory: z.string().optional().describe('`2GiB`'),
  disk: z.string().optional().describe('`20GiB`'),
  image: z.string().optional().describe('`debian-12` …, or a path relative to the lab file'),
});

export const snapshotNameSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);

export type ProviderId = z.infer<typeof providerIdSchema>;
export type VmImageName = (typeof VM_IMAGES)[number];
export type MissingPart = z.infer<typeof missingPartSchema>;
export type ProviderState = z.infer<typeof providerSchema>;
export type VmState = z.infer<typeof vmStateSchema>;
export type VmAnswers = z.infer<typeof vmAnswersSchema>;
export type Vm = z.infer<typeof vmSchema>;
export type Vms = z.infer<typeof vmsSchema>;
