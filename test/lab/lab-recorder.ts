import { sh } from '../../src-main/machines/command.ts';
import { changeKey } from '../../src-main/machines/recorded/recorded-lab.ts';
import { Recorder } from '../../src-main/machines/recorded/recorder.ts';
import type {
  RecordedAnswer,
  RecordedChange,
  RecordedRequest,
  RecordedSituation,
  Recording,
} from '../../src-main/machines/recorded/recording.ts';
import type { RolloutEvent } from '../../src-main/contract/events.ts';
import type { Path } from '../../src-main/contract/path.ts';
import { TopologyReader } from '../../src-main/engine/topology-reader.ts';
import { TopologyStore } from '../../src-main/engine/topology-store.ts';
import { suggestedTargets } from '../../src-main/path/suggested-targets.ts';
import { trace, type TraceOptions } from '../../src-main/path/trace.ts';
import { askChecks } from '../../src-main/rollout/ask-checks.ts';
import { Redactor } from '../../src-main/rollout/redactor.ts';
import { Rollout } from '../../src-main/rollout/rollout.ts';
import { PlanRunner } from '../../src-main/rollout/run-plan.ts';
import { Session, type LabAccess } from '../../src-main/rollout/session.ts';
import { stagesOf } from '../../src-main/stages/index.ts';
import { isFollowed } from '../recording/is-followed.ts';
import { situations, type Situation } from './situations.ts';
import { changesOf, isList, type Change, type Plan } from '../../src-main/plan/plan.ts';
import type { Stage } from '../../src-main/stages/stage.ts';

type Tell = (line: string) => void;
type Ladder = Pick<Recording, 'states' | 'situations' | 'changes' | 'done' | 'undo'>;

/** Made of each target in a state, so that how they spread can be seen. */
const REQUESTS = 3;

const signal = new AbortController().signal;

/**
 * Records a lab that is bare: up, one change at a time, with all that the engine asks in every state; down again, stage by stage;
 * and up once more as a rollout does it, for the rhythm.
 */
export class LabRecorder {
  readonly #access: LabAccess;
  readonly #stages: readonly Stage[];
  readonly #recorder: Recorder;
  /** Where each machine is, for people. */
  where: Record<string, string> = {};
  readonly #states: { answers: RecordedAnswer[]; requests: RecordedRequest[] }[] = [];
  #requests: RecordedRequest[] = [];
  readonly #changes: RecordedChange[] = [];
  readonly #done: Record<string, number> = {};
  readonly #undo: Recording['undo'] = {};
  readonly #situations: RecordedSituation[] = [];
  #session: Session | undefined;

  constructor(access: LabAccess) {
    this.#stages = stagesOf(access.lab);
    const redactor = new Redactor();
    this.#recorder = new Recorder((text) => redactor.text(text));
    this.#access = {
      ...access,
      open: async (lab, until) => {
        const machines = await access.open(lab, until);
        this.where = Object.fromEntries([...machines].map(([name, { where }]) => [name, where]));
        return new Map([...machines].map(([name, machine]) => [name, this.#recorder.machine(machine)]));
      },
    };
  }

  async record(tell: Tell): Promise<Ladder & { recorder: Recorder }> {
    this.#session = await Session.open(this.#access, signal);
    await this.#ask(true);
    this.#states.push(this.#state());
    for (const stage of this.#stages) await this.#climb(stage, tell);
    await this.#expectSettled();
    for (const situation of situations(this.#open().context)) await this.#endure(situation, tell);
    for (const stage of [...this.#stages].reverse()) await this.#descend(stage, tell);
    await this.#session.close();
    await this.#rhythm(tell);
    const [states, changes, done, undo] = [this.#states, this.#changes, this.#done, this.#undo];
    return { states, situations: this.#situations, changes, done, undo, recorder: this.#recorder };
  }

  /** Makes a stage true, one change after the other; every change leads to a state. */
  async #climb(stage: Stage, tell: Tell): Promise<void> {
    const { context, facts } = this.#open();
    facts.forget();
    const changes = inTurn(await stage.decide(context));
    const runner = this.#runner();
    for (const [number, change] of changes.entries()) {
      await runner.run(change, stage.id);
      const [made] = this.#recorder.takeChanges();
      if (!made) throw new Error(`nothing was noted of: ${change.sentence.en}`);
      this.#changes.push({ stage: stage.id, ...made });
      if (number < changes.length - 1) {
        await this.#ask(false);
        this.#states.push(this.#state());
      }
    }
    await this.#expectProven(stage);
    this.#recorder.takeAnswers();
    await this.#ask(true);
    const { answers, requests } = this.#state();
    if (changes.length > 0) this.#states.push({ answers, requests });
    else {
      const state = this.#states.at(-1);
      state?.answers.push(...answers);
      if (state) state.requests = requests;
    }
    this.#done[stage.id] = this.#changes.length;
    tell(`up ${stage.id}: ${changes.length} changes, ${this.#states.length} states`);
  }

  /** Breaks something on the finished lab, follows what it breaks, and mends it. */
  async #endure({ id, title, target, breaks, mends }: Situation, tell: Tell): Promise<void> {
    await breaks();
    this.#recorder.takeAnswers();
    const requests: RecordedRequest[] = [];
    try {
      await this.#follow(target, 1, { predictOnly: true });
      const [path] = await this.#follow(target, 1, { made: (mark) => requests.push({ target, ...mark }) });
      if (path?.end.status !== 'stopped')
        throw new Error(`${id}: ${target} did not stop: ${JSON.stringify(path?.end)}`);
      this.#situations.push({ id, title, target, requests, answers: [...this.#recorder.takeAnswers()] });
      tell(`${id}: ${path.end.sentence.en}`);
    } finally {
      await mends();
      this.#recorder.takeChanges(); // what broke and mended is none of the story
    }
    for (const stage of this.#stages) await this.#expectProven(stage);
    this.#recorder.takeAnswers();
  }

  /** Takes a stage back, and asks everything again. */
  async #descend(stage: Stage, tell: Tell): Promise<void> {
    const { context, facts } = this.#open();
    facts.forget();
    await this.#runner().run(await stage.undo(context), stage.id);
    const changes = this.#recorder.takeChanges().map((made) => ({ stage: stage.id, ...made }));
    await this.#forgetVip();
    const before = this.#stages[this.#stages.indexOf(stage) - 1];
    if (before) await this.#expectProven(before); // what it gave back takes a moment: an address, a route
    this.#recorder.takeAnswers();
    await this.#ask(true);
    facts.forget();
    const later = this.#stages.slice(this.#stages.indexOf(stage));
    const needed = new Set((await Promise.all(later.map((one) => one.decide(context)))).flatMap(changesOf).map(keyOf));
    const stays = this.#changes.flatMap((change, number) =>
      later.some(({ id }) => id === change.stage) && !needed.has(changeKey(change)) ? [number] : [],
    );
    const below = this.#done[this.#stages[this.#stages.indexOf(stage) - 1]?.id ?? ''] ?? 0;
    this.#undo[stage.id] = { changes, stays, ...this.#state(below) };
    tell(`undo ${stage.id}: ${changes.length} changes, ${stays.length} stay in effect`);
  }

  /** A minute later the client's kernel would not remember any more who had the VIP. */
  async #forgetVip(): Promise<void> {
    const { lab, machine } = this.#open().context;
    const forget = sh`ip neigh flush to ${lab.loadBalancer.vip}`;
    await machine('client').run(forget, { sudo: true, change: 'Forget who has the VIP' });
    this.#recorder.takeChanges();
  }

  /** Rolls out as everybody does, and takes each change's time and output from there. */
  async #rhythm(tell: Tell): Promise<void> {
    const emit = (event: RolloutEvent) => {
      if (event.event === 'stage-finished') tell(`rhythm of ${event.stage}: ${event.duration} ms`);
    };
    const access = this.#access;
    for (let tries = 1; ; tries += 1) {
      const outcome = await new Rollout({ access, stages: this.#stages, emit, signal, inOrder: true }).up();
      if (outcome.status === 'done') break;
      if (tries === 3) throw new Error(`the rollout failed: ${JSON.stringify(outcome)}`);
      tell('not all was proven; once more');
    }
    const known = new Map(this.#changes.map((change) => [changeKey(change), change]));
    for (const made of this.#recorder.takeChanges()) Object.assign(known.get(changeKey(made)) ?? {}, made);
  }

  /** All that the engine asks: what is to be changed and taken back; `checks`: the picture, the checks of all stages and the paths as well. */
  async #ask(checks: boolean): Promise<void> {
    const { context, facts } = this.#open();
    facts.forget();
    const names = [...context.lab.nodes.map(({ name }) => name), 'client'];
    await Promise.all(names.map((name) => context.machine(name).run(sh`true`)));
    await context.machine('client').run(sh`uname -s`);
    await Promise.allSettled(this.#stages.flatMap((stage) => [stage.decide(context), stage.undo(context)]));
    if (!checks) return;
    await new TopologyReader(this.#open(), new TopologyStore(context.lab), signal).readAll();
    const asking = { context, facts, signal, patient: false, emit: () => undefined };
    for (const stage of this.#stages) await askChecks(stage, asking);
    this.#requests = [];
    for (const target of suggestedTargets(context.lab)) {
      const [predicted] = await this.#follow(target, 1, { predictOnly: true });
      if (!predicted || !isFollowed(predicted)) continue; // this state does not have it yet
      const paths = await this.#follow(target, REQUESTS, { made: (mark) => this.#requests.push({ target, ...mark }) });
      const other = paths.find(({ end }) => end.status !== predicted.end.status);
      if (other) throw new Error(`${target} did not end as predicted: ${JSON.stringify(other.end)}`);
    }
  }

  async #follow(target: string, count: number, options: Partial<TraceOptions>): Promise<readonly Path[]> {
    const all = { predictOnly: false, recording: undefined, signal, ...options };
    const paths: Path[] = [];
    for await (const path of trace(this.#open().context, target, count, all)) paths.push(path);
    const said = paths.flatMap(({ unknown, notes }) => [...unknown, ...notes].map(({ en }) => en));
    if (said.length > 0) throw new Error(`${target}: ${said.join(' ')}`);
    return paths;
  }

  /** What was answered and requested in the present state; of the answers those that are not known at its height. */
  #state(height?: number): { answers: RecordedAnswer[]; requests: RecordedRequest[] } {
    const requests = this.#requests;
    this.#requests = [];
    return { answers: this.#newAnswers(height), requests };
  }

  /** What was answered since the last call and is not what is known already at that height. */
  #newAnswers(height = this.#states.length - 1): RecordedAnswer[] {
    const known = new Map<number, RecordedAnswer>();
    for (const { answers } of this.#states.slice(0, height + 1)) {
      for (const answer of answers) known.set(answer.question, answer);
    }
    return this.#recorder.takeAnswers().filter((answer) => !same(answer, known.get(answer.question)));
  }

  async #expectProven(stage: Stage): Promise<void> {
    const { context, facts } = this.#open();
    facts.forget();
    const asking = { context, facts, signal, patient: true, emit: () => undefined };
    const failed = (await askChecks(stage, asking)).filter(({ status }) => status === 'failed');
    if (failed.length > 0) throw new Error(`${stage.id} is not proven: ${failed.map(({ check }) => check).join(', ')}`);
  }

  async #expectSettled(): Promise<void> {
    const { context, facts } = this.#open();
    facts.forget();
    const left = (await Promise.all(this.#stages.map((stage) => stage.decide(context)))).flatMap(changesOf);
    if (left.length > 0) throw new Error(`the finished lab needs changes: ${left.map(keyOf).join('\n')}`);
  }

  #runner(): PlanRunner {
    const { context, facts } = this.#open();
    return new PlanRunner({ emit: () => undefined, facts, signal, machine: context.machine, reached: () => undefined });
  }

  #open(): Session {
    if (!this.#session) throw new Error('record opens the machines first');
    return this.#session;
  }
}

/** One after the other, in about the order in which they end when machines work at the same time. */
function inTurn(plan: Plan): readonly Change[] {
  if (isList(plan)) return plan.flatMap(inTurn);
  if ('reached' in plan) return [];
  if (!('together' in plan)) return [plan];
  const rows = plan.together.map(inTurn);
  const longest = Math.max(0, ...rows.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => rows.flatMap((row) => row[place] ?? [])).flat();
}

function keyOf({ machine, sentence, command }: Change): string {
  return changeKey({ machine, sentence: sentence.en, command });
}

function same(one: RecordedAnswer, other: RecordedAnswer | undefined): boolean {
  if (!other || 'output' in one || 'output' in other) return false; // how it came is never the same
  return one.stdout === other.stdout && one.stderr === other.stderr && one.exitCode === other.exitCode;
}
