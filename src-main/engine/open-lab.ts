import type { Evidence, RolloutVerb, TimedEvent } from '../contract/events.ts';
import type { CheckState, LabState, LogBatch, PlannedRollout, StageState } from '../contract/lab-session.ts';
import type { ShellCommand } from '../machines/command.ts';
import { askChecks } from '../rollout/ask-checks.ts';
import { stagesOf } from '../stages/index.ts';
import { upTo } from '../stages/needs.ts';
import { changesOf } from '../plan/plan.ts';
import type { Stage } from '../stages/stage.ts';
import { follow } from './changes.ts';
import { Connection } from './lab-connection.ts';
import { LiveTopology } from './live-topology.ts';
import { LabPaths } from './followed-paths.ts';
import { planStages } from './plan-stages.ts';
import type { LabParts, Standing } from './lab-parts.ts';
import { isVmVerb, LabVms } from './lab-vms.ts';
import { LabKubeconfig, removeContext } from './lab-kubeconfig.ts';
import { noSuchEvidence, noSuchStage, onlyRealLabs, rolloutRuns } from './refusals.ts';
import { noNodesInRecording } from './refused-nodes.ts';
import { explanationOf } from './refused.ts';
import { removeNode, type RemovalParts } from './remove-node.ts';
import { resetToo, takesCluster } from './reset-too.ts';
import { proveVip, rollOut, type AskedRollout } from './roll-out.ts';
import { Run, type Outcome, type Work } from './run.ts';
import { LabServiceRules } from './service-rules.ts';
import { StageStates } from './stage-states.ts';

/** Events after which machines may answer something else. */
const MAY_HAVE_CHANGED: ReadonlySet<TimedEvent['event']> = new Set([
  'stage-finished',
  'stage-undone',
  'rollout-finished',
]);

/** Names one command of a check's last answer. */
interface EvidencePlace {
  readonly stage: string;
  readonly check: string;
  /** Where the check was asked. */
  readonly machine: string;
  readonly evidence: number;
}

type EndListener = (verb: RolloutVerb, outcome: Outcome) => void;

/** A lab that somebody works with: its connection, the state of its stages, its rollouts. */
export class OpenLab {
  readonly parts: LabParts;
  readonly connection: Connection;
  readonly topology: LiveTopology;
  readonly paths: LabPaths;
  readonly rules: LabServiceRules;
  readonly kubeconfig: LabKubeconfig;
  readonly #stages: readonly Stage[];
  readonly #states: StageStates;
  readonly #onEnd: EndListener;
  /** The present one, or the last. */
  #run: Run | undefined;
  #outdated = false;

  constructor(parts: LabParts, onEnd: EndListener = () => undefined) {
    this.parts = parts;
    this.connection = new Connection(parts.access, () => this.#readAgain(), parts.forCommand);
    const { lab, recording, redactor } = parts;
    const live = recording === undefined;
    this.topology = new LiveTopology(lab, { connection: this.connection, redactor, live });
    this.paths = new LabPaths(parts.paths, { connection: this.connection, recording, redactor });
    this.rules = new LabServiceRules(parts.rules, { connection: this.connection, redactor });
    this.kubeconfig = new LabKubeconfig(lab, !live, async () => (await this.connection.session()).context);
    this.#stages = stagesOf(lab, !live);
    this.#states = new StageStates(
      this.#stages.map(({ id }) => id),
      parts.durations,
      { states: parts.before?.states ?? [], machines: this.machines },
    );
    this.#run = parts.before?.run;
    this.#onEnd = onEnd;
    void this.#forwardConnection();
  }

  /** @throws Refused for a lab without VMs */
  get vms(): LabVms {
    return new LabVms(this.parts.lab, this.parts.vms, () => this.#rewritten());
  }

  /** Whether the lab file has become another one: what is open is not what it describes any more. */
  get outdated(): boolean {
    return this.#outdated;
  }

  /** Names of its machines. */
  get machines(): readonly string[] {
    return [...this.parts.lab.nodes.map(({ name }) => name), 'client'];
  }

  get standing(): Standing {
    return { run: this.#run, states: this.states, open: this.parts.open };
  }

  get runs(): boolean {
    return this.#run?.log.ended === false;
  }

  /** Where each stage stands, as far as it has been read. */
  get states(): readonly StageState[] {
    return this.#states.after(-1);
  }

  /** Connects where that is not done, and reads from the machines where each stage stands. Never throws: it is told in `follow`. */
  async refresh(): Promise<void> {
    const session = await this.connection.session().catch(() => undefined); // told by the connection
    if (!session || this.runs || this.connection.signal.aborted) return;
    session.facts.forget();
    this.#states.reading();
    const { context } = session;
    await Promise.all(
      this.#stages.map(async (stage) => {
        const reading = await stage.decide(context).then(
          (plan) => ({ changes: changesOf(plan).length }),
          (error: unknown) => ({ failure: this.parts.redactor.value(explanationOf(error)) }),
        );
        if (!this.runs && !this.connection.signal.aborted) this.#states.read(stage.id, reading);
      }),
    );
  }

  /** What a rollout up to a stage would change now. @throws MachineError, DownloadError */
  async plan(to?: string): Promise<PlannedRollout> {
    const missing = this.parts.lab.machines && !this.parts.recording ? await this.vms.plan() : undefined;
    // what is to be done on machines that are not there yet is not known
    if (missing) return { downloads: null, stages: [missing] };
    const session = await this.connection.session();
    if (!this.runs) session.facts.forget();
    const wanted = to === undefined ? this.#stages : upTo(this.#stages, this.#stageNamed(to).id);
    return planStages(wanted, session, { redactor: this.parts.redactor, signal: this.connection.signal });
  }

  /** Starts a rollout; how it goes is told in its log and in `follow`. @throws Refused when one runs, or a recording has no such run */
  start(asked: AskedRollout): Run {
    if (this.runs) throw rolloutRuns();
    const { verb, stage, removed } = asked;
    if (stage !== undefined) this.#stageNamed(stage);
    const { redactor, journal: folder } = this.parts;
    const tell = (event: TimedEvent) => {
      if (verb !== 'prove-vip' && !isVmVerb(verb)) this.#states.fold(event, verb === 'undo' || verb === 'reset');
      if (MAY_HAVE_CHANGED.has(event.event)) this.topology.touch();
    };
    const work = this.#work(asked);
    const run = new Run({ verb, target: stage ?? removed?.name ?? null, folder, redactor, tell, work });
    this.#run = run;
    this.#states.changes.tell();
    void run.ended.then((outcome) => {
      this.#onEnd(verb, outcome);
      this.#states.changes.tell();
      this.#readAgain();
    });
    return run;
  }

  /** Stops what runs, and waits until it has stopped. */
  async cancel(): Promise<void> {
    await this.#run?.cancel();
  }

  /** The log of the present run, or of the last one, from its beginning; then of each later one. */
  async *followLog(signal: AbortSignal | undefined): AsyncGenerator<LogBatch, void, undefined> {
    const { changes } = this.#states;
    let last: Run | undefined;
    while (!signal?.aborted) {
      const { version, ended } = changes;
      const run = this.#run;
      if (run && run !== last) yield* run.log.follow(signal);
      else if (ended) return;
      else await changes.after(version, signal);
      last = run;
    }
  }

  /** Asks one check, on one of its machines or on all. */
  async check(stageId: string, checkId: string, machine?: string): Promise<CheckState[]> {
    const stage = this.#stageNamed(stageId);
    const check = stage.checks.find(({ id }) => id === checkId);
    if (!check) throw noSuchStage(checkId);
    const { context, facts } = await this.connection.session();
    facts.forget();
    const answers: CheckState[] = [];
    await askChecks(
      { ...stage, checks: [check] },
      {
        context,
        facts,
        signal: this.connection.signal,
        patient: false,
        machine,
        emit: (event) => {
          if (event.event !== 'check-finished') return;
          const result = this.parts.redactor.value(event);
          const time = new Date().toISOString();
          answers.push({ time, result });
          this.#states.fold({ time, ...result }, false);
        },
      },
    );
    return answers;
  }

  /** Runs one command of a check's last answer again, as it was run then. @throws MachineError, Refused */
  async rerun({ stage, check, machine, evidence }: EvidencePlace): Promise<Evidence> {
    const asked = this.#states.answer(this.#stageNamed(stage).id, check, machine)?.evidence[evidence];
    if (!asked) throw noSuchEvidence();
    const { context } = await this.connection.session();
    const { command, sudo = false } = asked;
    const options = { sudo, timeout: 60_000, signal: this.connection.signal, accept: 'any' } as const;
    const output = await context.machine(asked.machine).run(command as ShellCommand, options);
    const { stdout, stderr, exitCode, duration } = this.parts.redactor.value(output);
    const at = new Date(output.at).toISOString();
    const what = { machine: asked.machine, command, ...(sudo && { sudo }) };
    return { ...what, stdout, stderr, exitCode, duration: Math.round(duration), at };
  }

  /** Everything first, then what is different. */
  follow(signal: AbortSignal | undefined): AsyncGenerator<LabState, void, undefined> {
    const { changes } = this.#states;
    let seen = -1;
    const take = (): LabState | undefined => {
      if (seen === changes.version) return undefined;
      // what the stages say was redacted as it came
      const connection = this.parts.redactor.value(this.connection.state);
      const state = { connection, rollout: this.runs ? (this.#run?.told ?? null) : null };
      const told = { ...state, outdated: this.#outdated, stages: this.#states.after(seen) };
      seen = changes.version;
      return told;
    };
    return follow(changes, take, { signal, pause: 50 });
  }

  /** Ends its streams, which say at last that it is outdated; shells go on until it is closed. */
  retire(): void {
    this.#outdated = true;
    this.parts.unwatch?.();
    this.topology.close();
    this.#states.changes.end();
  }

  /** Ends connections and streams. @throws Refused while a rollout runs */
  async close(): Promise<void> {
    if (this.runs) throw rolloutRuns();
    this.parts.unwatch?.();
    this.topology.close();
    await this.connection.close();
    this.#states.changes.end();
  }

  #work(asked: AskedRollout): Work {
    const access = () => this.connection.shared();
    const { lab, recording, forCommand = false } = this.parts;
    const watched = (rollout: Work) => (forCommand ? rollout : this.rules.keptBefore(rollout)); // it reads what it is asked for alone
    if (asked.verb === 'delete') return resetToo(this.vms.work('delete', undefined), () => this.rules.forget());
    if (isVmVerb(asked.verb)) return this.vms.work(asked.verb, asked.snapshot);
    if (asked.verb === 'up' && lab.machines && !recording) return watched(this.vms.up(asked, access));
    if (asked.removed) {
      if (recording) throw noNodesInRecording();
      const { name } = asked.removed;
      const deleteVm: RemovalParts['deleteVm'] = lab.machines && ((telling) => this.vms.deleteOne(name, telling));
      return removeNode(lab, asked.removed, asked, { access, deleteVm, rewritten: () => this.#rewritten() });
    }
    if (asked.verb !== 'prove-vip') {
      const rollout = rollOut(asked, access);
      if (!takesCluster(asked, this.#stages)) return asked.verb === 'verify' ? rollout : watched(rollout);
      return resetToo(rollout, () => Promise.all([this.rules.forget(), recording ? undefined : removeContext(lab)]));
    }
    if (!this.parts.knownHosts) throw onlyRealLabs();
    return proveVip(this.parts.knownHosts, access);
  }

  #rewritten(): void {
    this.#outdated = true;
    this.#states.changes.tell();
  }

  #readAgain(): void {
    if (!this.parts.forCommand && !this.#outdated) void this.refresh();
  }

  #stageNamed(name: string): Stage {
    const found = this.#stages.find(({ id }) => id === name);
    if (!found) throw noSuchStage(name);
    return found;
  }

  async #forwardConnection(): Promise<void> {
    const { changes } = this.connection;
    while (!changes.ended) {
      await changes.after(changes.version, undefined);
      this.#states.changes.tell();
    }
  }
}
