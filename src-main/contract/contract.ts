import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { componentSchema } from './components.ts';
import { failures } from './failures.ts';
import * as nodes from './lab-nodes.ts';
import { optionalStagesSchema } from './optional-stages.ts';
import * as journals from './journals.ts';
import * as paths from './kept-paths.ts';
import * as kubeconfig from './kubeconfig.ts';
import * as labs from './labs.ts';
import { launcherSchema } from './launcher.ts';
import * as session from './lab-session.ts';
import * as machines from './machines.ts';
import { evidenceSchema, rolloutVerbSchema, timedEventSchema } from './events.ts';
import { serviceNameSchema, serviceRulesSchema } from './service-rules.ts';
import { questionAnswerSchema, questionSchema } from './questions.ts';
import * as settings from './settings.ts';
import * as terminals from './terminals.ts';
import * as topology from './topology.ts';
import { updatesSchema } from './updates.ts';

/*
 * What crosses between the engine and a window. Streams are async iterators: they end when the lab is closed, and the
 * caller ends them by their AbortSignal.
 */

const procedure = oc.errors(failures);
const lab = z.object({ lab: labs.labIdSchema });
const terminal = z.object({ terminal: terminals.terminalIdSchema });

const labsContract = {
  /** The recording first, then the user's labs, the last opened first. */
  list: procedure.output(z.array(labs.labSummarySchema)),
  /** Takes a lab file into the list. Its problems are in the summary. */
  add: procedure.input(z.object({ file: z.string().min(1).max(4096) })).output(labs.labSummarySchema),
  /** Takes a lab out of the list; its file stays. */
  forget: procedure.input(lab),
  /** Asks for a lab file by the system's own dialog; null when the user chose none. See `about.chooseFile`. */
  choose: procedure.output(z.object({ file: z.string().nullable() })),
  /** The text of a lab file in the list, for an editor. */
  read: procedure.input(lab).output(z.object({ file: z.string(), text: z.string() })),
  /**
   * Writes a lab file in the list anew, with its problems if it has some; `was` is the text that was read. Fails when the file
   * is another one by now, or while the lab is rolled out. An open lab is closed: it is another one now.
   */
  save: procedure
    .input(lab.extend({ text: z.string().max(1_000_000), was: z.string().max(1_000_000) }))
    .output(labs.labSummarySchema),
  /** Everything that is wrong with a text; `file` says where its relative paths start. */
  check: procedure
    .input(z.object({ text: z.string().max(1_000_000), file: z.string().max(4096).optional() }))
    .output(z.object({ problems: z.array(labs.labSummarySchema.shape.problems.element) })),
  /** The lab file that the form's answers make, and what is wrong with it. Nothing is written. */
  compose: procedure
    .input(z.object({ answers: labs.labAnswersSchema, file: z.string().max(4096).optional() }))
    .output(labs.composedLabSchema),
  /** Writes the lab file and takes it into the list. Fails with LAB_FILE when it has problems; then nothing is written. */
  create: procedure
    .input(z.object({ file: z.string().min(1).max(4096), answers: labs.labAnswersSchema, replace: z.boolean() }))
    .output(labs.labSummarySchema),
  /** Asks a host for its key and, when that is trusted, what it is. Changes nothing. */
  discover: procedure.input(labs.hostAccessSchema).output(labs.discoveredHostSchema),
  /** The aliases of `~/.ssh/config`, for a form that offers them. */
  aliases: procedure.output(z.array(z.string())),
  /** What an alias stands for; null when it cannot be used: `compose` says why. */
  alias: procedure.input(z.object({ name: z.string().max(255) })).output(labs.foundAliasSchema.nullable()),
};

const labContract = {
  /** Opens a lab (again: the same one). Its machines are connected to in the background: see `watch`. */
  open: procedure
    .input(
      lab.extend({ speed: z.number().nonnegative().optional().describe('Of a recording: 1, 10 …; 0 without waiting') }),
    )
    .output(session.labDescriptionSchema),
  /** Ends its connections and streams. Fails while a rollout runs. */
  close: procedure.input(lab),
  /** The connection, the running rollout and the state of each stage. */
  watch: procedure.input(lab).output(eventIterator(session.labStateSchema)),
  /** Connects again where it failed, and reads every stage's state from the machines. */
  refresh: procedure.input(lab),
  /** How fast an open recording plays from now on: 1 as it was, 10 …, 0 without waiting. */
  setSpeed: procedure.input(lab.extend({ speed: z.number().nonnegative() })),
};

const rolloutsContract = {
  /** What a rollout up to a stage would change now; without a stage, all. */
  plan: procedure.input(lab.extend({ to: z.string().optional() })).output(session.planSchema),
  /**
   * Starts a rollout: `up` to the stage, `verify` it, `undo` it and those that need it; without a stage all of it. `reset`
   * takes everything back. `start` makes the VMs that are missing and starts the others; `snapshot` and `restore` stop and start
   * them; `delete` deletes them with all that is on them. One at a time.
   */
  start: procedure
    .input(
      lab.extend({
        verb: rolloutVerbSchema.exclude(['remove-node']),
        stage: z.string().optional(),
        snapshot: machines.snapshotNameSchema.optional().describe('Its name, for `snapshot` and `restore`'),
      }),
    )
    .output(z.object({ rollout: z.string() })),
  /** Asks one check again, on one machine or on all it belongs to. The answer also arrives in `lab.watch`. */
  check: procedure
    .input(lab.extend({ stage: z.string(), check: z.string(), machine: z.string().optional() }))
    .output(z.array(session.checkStateSchema)),
  /** Runs one command of a check's last answer again, as it was run then; `evidence` is its place in the answer. */
  rerun: procedure
    .input(lab.extend({ stage: z.string(), check: z.string(), machine: z.string(), evidence: z.number().int().min(0) }))
    .output(evidenceSchema),
  /** Stops the running rollout after killing what runs on the machines. */
  cancel: procedure.input(lab),
  /** The run log: the present rollout, or the last one in this session, from its beginning; then each later one. */
  watch: procedure.input(lab).output(eventIterator(session.logBatchSchema)),
};

const optionalContract = {
  /** What asking for these stages besides changes in the lab file of an open lab. Nothing is written. */
  change: procedure.input(lab.extend(optionalStagesSchema.shape)).output(nodes.changedLinesSchema),
  /** Writes them into the lab file; the lab is `outdated` then. Fails while the lab is rolled out; then nothing is written. */
  choose: procedure.input(lab.extend(optionalStagesSchema.shape)),
};

const nodesContract = {
  /** A worker before it is written into the lab file of an open lab, with all that is wrong with it. Nothing is written. */
  compose: procedure.input(lab.extend(nodes.nodeAnswersSchema.shape)).output(nodes.composedNodeSchema),
  /**
   * Writes a worker into the lab file; the lab is `outdated` then, and rolls out as any other. Fails with LAB_FILE when it has problems, and
   * while the lab is rolled out; then nothing is written.
   */
  add: procedure.input(lab.extend(nodes.nodeAnswersSchema.shape)).output(z.object({ name: z.string() })),
  /** What removing a worker changes in the lab file. Fails where it cannot be removed. Nothing is written. */
  removal: procedure.input(lab.extend({ name: z.string() })).output(nodes.changedLinesSchema),
  /**
   * Starts removing a worker, a run as those of `rollouts`: its pods move, it leaves the cluster, its machine is cleaned, and it leaves the lab
   * file; the lab is `outdated` then. `gone`: its machine does not answer and never will, and is left alone.
   */
  remove: procedure
    .input(lab.extend({ name: z.string(), gone: z.boolean() }))
    .output(z.object({ rollout: z.string() })),
};

const topologyContract = {
  watch: procedure.input(lab).output(eventIterator(topology.topologyUpdateSchema)),
  /** What the machine printed. With an element, that object alone where the source lists many. */
  evidence: procedure
    .input(lab.extend({ source: z.string(), element: z.string().optional() }))
    .output(topology.topologyEvidenceSchema),
};

const hostKeysContract = {
  /** The host keys that the machines of a lab show now. Machines that cannot be reached are left out of `keys`. */
  scan: procedure.input(lab).output(
    z.object({
      keys: z.array(labs.hostKeySchema),
      unreachable: z.array(session.labStateSchema.shape.connection.shape.failure.unwrap()),
    }),
  ),
  /** Pins a key that the user has compared. Fails when the host shows another one now. */
  trust: procedure
    .input(
      z.object({
        lab: labs.labIdSchema.optional(),
        address: z.string().min(1).max(255),
        port: z.number().int().min(1).max(65_535),
        fingerprint: z.string().startsWith('SHA256:').max(100),
        replace: z.boolean().describe('In place of what is pinned now: after the machine was reinstalled'),
      }),
    )
    .output(labs.hostKeySchema),
  list: procedure.output(z.array(settings.knownHostSchema)),
  /** Takes a pinned key away: the host's key is asked about the next time. */
  forget: procedure.input(settings.knownHostSchema),
};

const secretsContract = {
  list: procedure.output(z.array(settings.rememberedSecretSchema)),
  /** Deletes a remembered secret: it is asked for the next time. */
  forget: procedure.input(settings.rememberedSecretSchema.pick({ id: true })),
};

const questionsContract = {
  /** All questions that wait for an answer, whenever they change. */
  watch: procedure.output(eventIterator(z.array(questionSchema))),
  answer: procedure.input(z.object({ question: z.string(), answer: questionAnswerSchema })),
};

const settingsContract = {
  read: procedure.output(settings.settingsSchema),
  change: procedure.input(settings.settingsChangeSchema).output(settings.settingsSchema),
};

const journalsContract = {
  /** The newest first. */
  list: procedure.input(lab).output(z.array(journals.journalSummarySchema)),
  read: procedure
    .input(lab.extend({ rollout: z.string().regex(/^[\w.-]+$/) }))
    .output(eventIterator(z.array(timedEventSchema))),
  supportBundle: procedure.input(z.object({ lab: labs.labIdSchema.optional() })).output(journals.supportBundleSchema),
};

const terminalsContract = {
  open: procedure.input(lab.extend(terminals.openTerminalSchema.shape)).output(terminals.openedTerminalSchema),
  output: procedure.input(terminal).output(eventIterator(terminals.terminalOutputSchema)),
  write: procedure.input(terminal.extend({ data: z.string().max(1_000_000) })),
  resize: procedure.input(terminal.extend(terminals.terminalSizeSchema.shape)),
  close: procedure.input(terminal),
};

const keptPath = lab.extend({ path: paths.pathIdSchema });

const pathsContract = {
  /**
   * Follows one request after the other, and keeps each path. Fails with TARGET when the target cannot be read. Of a
   * recording the requests are those that were made then; where none was, and with `predictOnly`, there is one path and no request.
   */
  trace: procedure
    .input(
      lab.extend({
        target: z.string().max(16_384), // browsers copy a command of curl with all their cookies
        count: z.number().int().min(1).max(paths.MOST_PATHS),
        predictOnly: z.boolean(),
        situation: z.string().optional().describe('Of the recording: what was broken then, by its id'),
      }),
    )
    .output(eventIterator(paths.openedPathSchema)),
  /** The newest first. */
  list: procedure.input(lab).output(z.array(paths.pathSummarySchema)),
  open: procedure.input(keptPath).output(paths.openedPathSchema),
  forget: procedure.input(keptPath),
  /**
   * Keeps a path that was exported as JSON or printed by `hoplab trace --json`, by another client of the lab for example. Fails when the
   * text is not one.
   */
  import: procedure.input(lab.extend({ text: z.string().max(5_000_000) })).output(paths.openedPathSchema),
  compare: procedure.input(keptPath.extend({ other: paths.pathIdSchema })).output(paths.comparedPathsSchema),
  export: procedure
    .input(keptPath.extend({ format: z.enum(paths.pathFormats), language: z.enum(['en', 'ja']) }))
    .output(paths.pathFileSchema),
};

const rulesContract = {
  /** By what a node's kernel leads packets to a Service, in the present mode of kube-proxy and in those it was seen in before. */
  ofService: procedure
    .input(lab.extend({ service: serviceNameSchema, node: z.string().max(253).optional() }))
    .output(serviceRulesSchema),
};

const kubeconfigContract = {
  /** Has a certificate signed, and writes a context for kubectl on this computer. */
  write: procedure.input(lab.extend({ use: z.boolean() })).output(kubeconfig.writtenContextSchema),
  /** Removes the lab's context, and ends what its certificate may do where the cluster can be reached. */
  remove: procedure.input(lab).output(kubeconfig.removedContextSchema),
};

const machinesContract = {
  /** What can make VMs on this computer, and what it lacks for it. Nothing is changed by asking. */
  providers: procedure.output(z.array(machines.providerSchema)),
  /** The VMs of a lab as its provider has them now. Fails where that cannot be read, and for a lab without VMs. */
  list: procedure.input(lab).output(machines.vmsSchema),
};

const launcherContract = {
  read: procedure.output(launcherSchema),
  /** Puts the command there. Fails where something stands in its place that is not Hoplab's. */
  install: procedure.output(launcherSchema),
  remove: procedure.output(launcherSchema),
};

const updatesContract = {
  /** What was found out before: nobody is asked. */
  read: procedure.output(updatesSchema),
  /** Asks the project's home for its releases where that is due, or on and `wanted` now. */
  look: procedure.input(z.object({ wanted: z.boolean() })).output(updatesSchema),
  /** Does not show this version again. */
  dismiss: procedure.input(z.object({ version: z.string().max(256) })).output(updatesSchema),
};

const componentsContract = {
  /** What goes with a version of Kubernetes, without `v`, as the catalogue has it; without one, with the default. */
  list: procedure.input(z.object({ kubernetes: z.string().max(20).optional() })).output(z.array(componentSchema)),
};

export const contract = {
  about: procedure.output(settings.aboutSchema),
  components: componentsContract,
  labs: labsContract,
  lab: labContract,
  rollouts: rolloutsContract,
  nodes: nodesContract,
  optional: optionalContract,
  topology: topologyContract,
  hostKeys: hostKeysContract,
  secrets: secretsContract,
  questions: questionsContract,
  settings: settingsContract,
  journals: journalsContract,
  terminals: terminalsContract,
  paths: pathsContract,
  rules: rulesContract,
  kubeconfig: kubeconfigContract,
  launcher: launcherContract,
  machines: machinesContract,
  updates: updatesContract,
};

export type Contract = typeof contract;
