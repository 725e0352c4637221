import type { EventOf, RolloutEvent } from '../contract/events.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { controlPlane } from '../lab/lab.ts';
import type { MachineError } from '../machines/errors.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { changesOf, type Plan } from '../plan/plan.ts';
import { undoneWith, upTo } from '../stages/needs.ts';
import type { Stage } from '../stages/stage.ts';
import { askChecks, tally, type CheckResult } from './ask-checks.ts';
import { EarlyWork } from './early-work.ts';
import { explain } from './explain.ts';
import { outlast, whoIsAway } from './outlast.ts';
import { PlanRunner } from './run-plan.ts';
import { Session, type LabAccess } from './session.ts';

export interface RolloutOptions {
  readonly access: LabAccess;
  /** The stages of the whole story, in order. */
  readonly stages: readonly Stage[];
  readonly emit: (event: RolloutEvent) => void;
  readonly signal: AbortSignal;
  /** Each stage by itself: nothing is made early. Slower, and easier to follow; so are all recordings. Default false. */
  readonly inOrder?: boolean;
}

interface Asked {
  readonly stage: Stage;
  readonly events: readonly RolloutEvent[];
  readonly results: Promise<readonly CheckResult[]>;
  readonly drop: () => void;
}

export type Outcome = EventOf<'rollout-finished'>;

/** A run of stages. Each instance runs once; the machines are the state, so another one takes up where this ended. */
export class Rollout {
  readonly #options: RolloutOptions;
  readonly #started = performance.now();
  readonly #checks = { passed: 0, failed: 0, notApplicable: 0 };
  /** Stages that are still to be rolled out, the present one among them. */
  #pending: readonly Stage[] = [];
  #session: Session | undefined;
  #runner: PlanRunner | undefined;
  #early: EarlyWork | undefined;

  constructor(options: RolloutOptions) {
    this.#options = options;
  }

  /** Makes a stage and those that it needs true and proves them; without `target`, all. */
  async up(target?: string): Promise<Outcome> {
    const all = this.#options.stages;
    const stages = target === undefined ? all : upTo(all, target);
    return this.#told(async () => {
      const early = (await this.#isProbablyDone()) ? this.#askAll(stages, true) : undefined;
      const ready = await this.#alreadyDone(stages);
      const asked = early ?? this.#askAll(stages.slice(0, ready), true);
      for (const { drop } of asked.slice(ready)) drop();
      if (!(await this.#prove(asked.slice(0, ready)))) return 'failed';
      this.#pending = stages.slice(ready);
      stages.slice(0, ready).forEach(({ id }) => this.#startAhead(id));
      for (const stage of stages.slice(ready)) {
        if (!(await this.#rollOut(stage))) return 'failed';
      }
      return 'done';
    });
  }

  /** Asks the checks of the given stages, changing nothing. */
  async verify(stages: readonly Stage[]): Promise<Outcome> {
    return this.#told(async () => ((await this.#prove(this.#askAll(stages, false), true)) ? 'done' : 'failed'), false);
  }

  /**
   * Takes a stage and those that need it back, the last first; without `target`, all. Stages that live in the cluster go with it
   * when the cluster goes.
   */
  async undo(target?: string): Promise<Outcome> {
    const all = this.#options.stages;
    return this.#told(() => this.#undoAll(target === undefined ? [...all].reverse() : undoneWith(all, target)));
  }

  /**
   * Takes all stages back.
   * @param known those that the lab may have asked for before: what they have left on its machines goes as well
   */
  async reset(known: readonly Stage[]): Promise<Outcome> {
    return this.#told(async () => {
      await this.#undoAll([...this.#options.stages].reverse());
      for (const stage of known) {
        const undone = await this.#undo(stage, async (context) => (await stage.undoLeft?.(context)) ?? []);
        if (undone.changes > 0) this.#options.emit(undone); // the lab may never have had it
      }
      return 'done';
    });
  }

  /** Opens the machines, does the work, closes them, and tells how it ended. */
  async #told(work: () => Promise<'done' | 'failed'>, patient = true): Promise<Outcome> {
    const { access, signal, emit } = this.#options;
    let status: Outcome['status'] = 'failed';
    let explanation: Outcome['explanation'];
    try {
      const tell = (error: MachineError) => this.#tellWaiting(error);
      this.#session = await (patient ? Session.openPatiently(access, signal, tell) : Session.open(access, signal));
      const { context, facts } = this.#session;
      this.#runner = new PlanRunner({
        emit,
        facts,
        signal,
        machine: context.machine,
        reached: (name) => this.#startAhead(name),
      });
      this.#early = new EarlyWork({ context, runner: this.#runner, signal });
      const deaf = this.#session.listen({
        progress: (progress) => emit({ event: 'download-progress', ...progress }),
        finished: (bytes, duration) => emit({ event: 'download-finished', bytes, duration }),
      });
      status = await work().finally(deaf);
    } catch (error) {
      explanation = explain(error);
    }
    await this.#early?.ended();
    await this.#session?.close();
    if (signal.aborted) status = 'cancelled';
    const outcome = this.#outcome(status, status === 'failed' ? explanation : undefined);
    emit(outcome);
    return outcome;
  }

  #outcome(status: Outcome['status'], explanation: Outcome['explanation']): Outcome {
    return {
      event: 'rollout-finished',
      status,
      changes: this.#runner?.made ?? 0,
      checks: this.#checks,
      halfDone: [...(this.#runner?.halfDone ?? [])].map(({ machine, sentence }) => ({ machine, sentence })),
      ...(explanation && { explanation }),
      duration: this.#elapsed(),
    };
  }

  /** How many of the first stages need no change. All are decided at once: it is only reading. */
  async #alreadyDone(stages: readonly Stage[]): Promise<number> {
    const { context } = this.#open();
    const needed = await Promise.all(
      stages.map(async (stage) => {
        try {
          return changesOf(await stage.decide(context)).length > 0;
        } catch {
          return true; // it is decided again in its turn, and its error told there
        }
      }),
    );
    const first = needed.indexOf(true);
    return first === -1 ? stages.length : first;
  }

  /** A lab with a control plane probably needs no change: then its checks can be asked while the stages are decided. */
  async #isProbablyDone(): Promise<boolean> {
    const { context } = this.#open();
    const node = controlPlane(context.lab).name;
    const { adminConf, unfinished } = await this.#outlast(() => context.read(node, kubeadmState));
    return adminConf && !unfinished;
  }

  /** Asks the checks of several stages at once, and keeps what there is to tell. */
  #askAll(stages: readonly Stage[], patient: boolean): readonly Asked[] {
    const { signal } = this.#options;
    return stages.map((stage) => {
      const dropped = new AbortController();
      const drop = () => dropped.abort();
      signal.addEventListener('abort', drop, { once: true });
      const events: RolloutEvent[] = [];
      const results = this.#ask(stage, patient, (event) => events.push(event), dropped.signal);
      results.catch(() => undefined); // who needs them awaits them
      return { stage, events, results, drop };
    });
  }

  /** Tells what the checks of stages that need no change have answered, stage by stage, up to the first that failed. */
  async #prove(asked: readonly Asked[], all = false): Promise<boolean> {
    let fine = true;
    for (const { stage, events, results } of asked) {
      const passed = (await results).every(({ status }) => status !== 'failed');
      if (!fine && !all) continue;
      this.#tellStarted(stage);
      for (const event of events) this.#options.emit(event);
      this.#count(await results);
      this.#tellFinished(stage, passed, 0, Math.max(0, ...(await results).map(({ duration }) => duration)));
      fine &&= passed;
    }
    return fine;
  }

  async #rollOut(stage: Stage): Promise<boolean> {
    const started = performance.now();
    const runner = this.#run();
    const before = runner.made;
    this.#tellStarted(stage);
    await this.#early?.leaveTo(stage.id);
    try {
      await this.#makeTrue(stage);
    } catch (error) {
      this.#tellFinished(stage, false, runner.made - before, performance.now() - started);
      throw error;
    }
    if (this.#options.signal.aborted) return false;
    const results = await this.#ask(stage, true, this.#options.emit);
    this.#count(results);
    const passed = results.every(({ status }) => status !== 'failed');
    this.#tellFinished(stage, passed, runner.made - before, performance.now() - started);
    this.#pending = this.#pending.filter((pending) => pending !== stage);
    if (passed) this.#startAhead(stage.id);
    return passed;
  }

  /** Reads, decides and changes until nothing is left to change. */
  async #makeTrue(stage: Stage): Promise<void> {
    const { context } = this.#open();
    await this.#outlast(async () => this.#run().run(await stage.decide(context), stage.id));
  }

  /** Does something anew when a machine or the API server went away meanwhile, from what is then read. */
  #outlast<Value>(work: () => Promise<Value>): Promise<Value> {
    return outlast(work, {
      tell: (error) => this.#tellWaiting(error),
      until: async (error) => {
        await this.#open().waitFor(error);
        this.#open().facts.forget();
      },
    });
  }

  /** Begins what later stages of this rollout may do early. */
  #startAhead(after: string): void {
    if (this.#options.inOrder || this.#options.access.recording) return;
    this.#early?.start(after, this.#pending);
  }

  async #undoAll(stages: readonly Stage[]): Promise<'done'> {
    const clusterGoes = stages.some(({ id }) => id === 'control-plane');
    for (const stage of stages) {
      if (clusterGoes && stage.livesIn === 'cluster') continue;
      this.#options.emit(await this.#undo(stage, (context) => stage.undo(context, { clusterGoes })));
    }
    return 'done';
  }

  async #undo(stage: Stage, plan: (context: LabContext) => Promise<Plan>): Promise<EventOf<'stage-undone'>> {
    const started = performance.now();
    const runner = this.#run();
    const { context, facts } = this.#open();
    const before = runner.made;
    await this.#outlast(async () => runner.run(await plan(context), stage.id));
    facts.forget();
    const duration = Math.round(performance.now() - started);
    return { event: 'stage-undone', stage: stage.id, changes: runner.made - before, duration };
  }

  async #ask(
    stage: Stage,
    patient: boolean,
    emit: (event: RolloutEvent) => void,
    signal = this.#options.signal,
  ): Promise<readonly CheckResult[]> {
    const { context, facts } = this.#open();
    return askChecks(stage, { context, facts, patient, emit, signal });
  }

  #count(results: readonly CheckResult[]): void {
    tally(this.#checks, results);
  }

  #tellStarted({ id, title, problem, solves }: Stage): void {
    this.#options.emit({ event: 'stage-started', stage: id, title, problem, solves });
  }

  #tellFinished(stage: Stage, passed: boolean, changes: number, duration: number): void {
    const status = this.#options.signal.aborted ? 'cancelled' : passed ? 'done' : 'failed';
    this.#options.emit({ event: 'stage-finished', stage: stage.id, status, changes, duration: Math.round(duration) });
  }

  #tellWaiting(error: MachineError): void {
    this.#options.emit({ event: 'waiting', machine: error.machine, sentence: whoIsAway(error) });
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#started);
  }

  #open(): Session {
    if (!this.#session) throw new Error('the machines are open while a rollout works');
    return this.#session;
  }

  #run(): PlanRunner {
    if (!this.#runner) throw new Error('the machines are open while a rollout works');
    return this.#runner;
  }
}
