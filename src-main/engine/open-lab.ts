import type { EventOf, Evidence, TimedEvent } from '../contract/events.ts';
import type { CheckState, LabState, PlannedStages, StageState } from '../contract/lab-session.ts';
import type { RolloutVerb } from '../contract/events.ts';
import type { Lab } from '../lab/lab.ts';
import type { ShellCommand } from '../machines/command.ts';
import { askChecks } from '../rollout/ask-checks.ts';
import type { Redactor } from '../rollout/redactor.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { LabAccess, RecordingLabel } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { upTo } from '../stages/needs.ts';
import { changesOf } from '../plan/plan.ts';
import type { Stage } from '../stages/stage.ts';
import { follow } from './changes.ts';
import { Connection } from './connection.ts';
import { recordRollout, rolloutId, type RecordOptions } from './record-rollout.ts';
import { LiveTopology } from './live-topology.ts';
import { LabPaths } from './lab-paths.ts';
import { noSuchEvidence, noSuchStage, rolloutRuns } from './refusals.ts';
import { explanationOf } from './refused.ts';
import { RunLog } from './run-log.ts';
import { StageStates } from './stage-states.ts';

/** All that an open lab is made of: a lab of the user, or the recording. */
export interface LabParts {
  readonly lab: Lab;
  /** Of a recording: what it is labelled with, and how fast it plays. */
  readonly recording?: RecordingLabel;
  /** How its machines are got at. @throws BundleError */
  readonly access: () => Promise<LabAccess>;
  /** Is told every secret that is asked for to open the machines. */
  readonly redactor: Redactor;
  /** Folder of its journals. */
  readonly journal: string;
  /** Folder of its kept paths. */
  readonly paths: string;
  /** Milliseconds that each stage took before. */
  readonly durations: ReadonlyMap<string, number>;
  /** Opened for one command, which reads what it needs: nobody follows how its stages stand. Default false. */
  readonly forCommand?: boolean;
}

/** Events after which machines may answer something else. */
const MAY_HAVE_CHANGED: ReadonlySet<TimedEvent['event']> = new Set([
  'stage-finished',
  'stage-undone',
  'rollout-finished',
]);

type Finished = EventOf<'rollout-finished'>;

/** Names one command of a check's last answer. */
interface EvidencePlace {
  readonly stage: string;
  readonly check: string;
  /** Where the check was asked. */
  readonly machine: string;
  readonly evidence: number;
}

interface Running {
  readonly told: NonNullable<LabState['rollout']>;
  readonly cancel: AbortController;
  ended: Promise<void>;
}

/** A lab that somebody works with: its connection, the state of its stages, its rollouts. */
export class OpenLab {
  readonly parts: LabParts;
  readonly connection: Connection;
  readonly log = new RunLog();
  readonly topology: LiveTopology;
  readonly paths: LabPaths;
  readonly #stages: readonly Stage[];
  readonly #states: StageStates;
  readonly #onEnd: (outcome: Finished) => void;
  #running: Running | undefined;

  constructor(parts: LabParts, onEnd: (outcome: Finished) => void = () => undefined) {
    this.parts = parts;
    this.connection = new Connection(parts.access, () => this.#readAgain());
    const { lab, recording, redactor } = parts;
    const live = recording === undefined;
    this.topology = new LiveTopology(lab, { connection: this.connection, redactor, live });
    this.paths = new LabPaths(parts.paths, { connection: this.connection, recording, redactor });
    this.#stages = stagesOf(lab);
    this.#states = new StageStates(
      this.#stages.map(({ id }) => id),
      parts.durations,
    );
    this.#onEnd = onEnd;
    void this.#forwardConnection();
  }

  get runs(): boolean {
    return this.#running !== undefined;
  }

  /** Where each stage stands, as far as it has been read. */
  get states(): readonly StageState[] {
    return this.#states.after(-1);
  }

  /** Connects where that is not done, and reads from the machines where each stage stands. Never throws: it is told in `follow`. */
  async refresh(): Promise<void> {
    const session = await this.connection.session().catch(() => undefined); // told by the connection
    if (!session || this.#running || this.connection.signal.aborted) return;
    session.facts.forget();
    this.#states.reading();
    const { context } = session;
    await Promise.all(
      this.#stages.map(async (stage) => {
        const reading = await stage.decide(context).then(
          (plan) => ({ changes: changesOf(plan).length }),
          (error: unknown) => ({ failure: this.parts.redactor.value(explanationOf(error)) }),
        );
        if (!this.#running && !this.connection.signal.aborted) this.#states.read(stage.id, reading);
      }),
    );
  }

  /** What a rollout up to a stage would change now. @throws MachineError */
  async plan(to?: string): Promise<PlannedStages> {
    const { context, facts } = await this.connection.session();
    if (!this.#running) facts.forget();
    const wanted = to === undefined ? this.#stages : upTo(this.#stages, this.#stageNamed(to).id);
    return Promise.all(
      wanted.map(async (stage) => {
        const { id } = stage;
        try {
          const changes = changesOf(await stage.decide(context));
          const told = changes.map(({ machine, sentence, command }) => ({ machine, sentence, command }));
          return { stage: id, changes: this.parts.redactor.value(told), failure: null };
        } catch (error) {
          return { stage: id, changes: [], failure: this.parts.redactor.value(explanationOf(error)) };
        }
      }),
    );
  }

  /**
   * Starts a rollout and returns its id; how it goes is told in `log` and `follow`.
   * @param inOrder each stage by itself: nothing is made early
   * @throws Refused when one runs
   */
  start(verb: RolloutVerb, stage?: string, inOrder = false): string {
    if (this.#running) throw rolloutRuns();
    const work = this.#workOf(verb, stage);
    const id = rolloutId(verb);
    const cancel = new AbortController();
    const told = { id, verb, target: stage ?? null, startedAt: new Date().toISOString() };
    this.log.start(id);
    this.#running = { told, cancel, ended: Promise.resolve() };
    this.#running.ended = this.#record({ id, verb, inOrder, signal: cancel.signal }, work);
    this.#states.changes.tell();
    return id;
  }

  /** Stops the running rollout, and waits until it has stopped. */
  async cancel(): Promise<void> {
    this.#running?.cancel.abort();
    await this.#running?.ended;
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
      const state = { connection, rollout: this.#running?.told ?? null };
      const told = { ...state, stages: this.#states.after(seen) };
      seen = changes.version;
      return told;
    };
    return follow(changes, take, { signal, pause: 50 });
  }

  /** Ends connections and streams. @throws Refused while a rollout runs */
  async close(): Promise<void> {
    if (this.#running) throw rolloutRuns();
    this.topology.close();
    await this.connection.close();
    this.#states.changes.end();
    this.log.end();
  }

  async #record(
    asked: Pick<RecordOptions, 'id' | 'verb' | 'inOrder' | 'signal'>,
    work: (rollout: Rollout) => Promise<Finished>,
  ): Promise<void> {
    const { redactor, journal } = this.parts;
    const tell = (event: TimedEvent) => {
      this.log.add(event);
      this.#states.fold(event, asked.verb === 'undo' || asked.verb === 'reset');
      if (MAY_HAVE_CHANGED.has(event.event)) this.topology.touch();
    };
    try {
      const outcome = await recordRollout(
        { ...asked, access: await this.connection.shared(), redactor, journal, tell },
        work,
      );
      this.#onEnd(outcome);
    } catch (error) {
      tell(redactor.value({ time: new Date().toISOString(), ...neverRan(error) })); // for example: its journal cannot be written
    } finally {
      this.#running = undefined;
      this.#states.changes.tell();
      this.#readAgain();
    }
  }

  #readAgain(): void {
    if (!this.parts.forCommand) void this.refresh();
  }

  #workOf(verb: RolloutVerb, stage: string | undefined): (rollout: Rollout) => Promise<Finished> {
    const target = stage === undefined ? undefined : this.#stageNamed(stage);
    switch (verb) {
      case 'up':
        return (rollout) => rollout.up(target?.id);
      case 'verify':
        return (rollout) => rollout.verify(target ? [target] : this.#stages);
      case 'undo':
        return (rollout) => rollout.undo(target?.id);
      case 'reset':
        return (rollout) => rollout.undo();
    }
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

function neverRan(error: unknown): Finished {
  const checks = { passed: 0, failed: 0, notApplicable: 0 };
  const explanation = explanationOf(error);
  return { event: 'rollout-finished', status: 'failed', changes: 0, checks, halfDone: [], explanation, duration: 0 };
}
