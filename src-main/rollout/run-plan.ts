import pLimit from 'p-limit';
import type { RolloutEvent } from '../contract/events.ts';
import type { FactReader } from '../facts/fact.ts';
import { Cancelled } from '../machines/errors.ts';
import { cutLine, LineReader, LONGEST_LINE } from '../machines/line-reader.ts';
import type { Machine, OutputChunk } from '../machines/machine.ts';
import { isList, type Change, type ChangeInput, type Milestone, type Plan } from '../plan/plan.ts';
import { explain } from './explain.ts';

/** Small changes at once, over all machines. */
const PARALLEL = 16;
/** Big uploads at once: more only share the same network card and processor. */
const UPLOADS = 4;
const UPLOADS_AHEAD = 2;
const BIG = 1 << 20;

export interface RunContext {
  readonly emit: (event: RolloutEvent) => void;
  readonly facts: FactReader;
  readonly machine: (name: string) => Machine;
  readonly signal: AbortSignal;
  /** Called when a plan reaches a milestone. */
  readonly reached: (milestone: Milestone) => void;
}

/** Makes the changes of plans, in their order, and tells of each. */
export class PlanRunner {
  /** Changes that were begun and neither finished nor failed by themselves. */
  readonly halfDone = new Set<Change>();
  made = 0;
  readonly #context: RunContext;
  readonly #small = pLimit(PARALLEL);
  readonly #big = pLimit(UPLOADS);
  /** What is made ahead shares the way with a stage's own uploads. */
  readonly #bigAhead = pLimit(UPLOADS_AHEAD);
  #number = 0;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** @throws the error of the first change that failed, after those beside it have ended. */
  async run(plan: Plan, stage: string, ahead = false): Promise<void> {
    await this.#run(plan, { stage, ahead, failed: false });
  }

  async #run(plan: Plan, run: Run): Promise<void> {
    if (isList(plan)) {
      for (const step of plan) await this.#run(step, run);
    } else if ('together' in plan) {
      const ends = await Promise.allSettled(plan.together.map((step) => this.#run(step, run)));
      const failure = ends.find((end) => end.status === 'rejected');
      if (failure) throw failure.reason;
    } else if ('reached' in plan) {
      if (!run.failed) this.#context.reached(plan.reached);
    } else {
      await this.#queue(plan, run);
    }
  }

  async #queue(change: Change, run: Run): Promise<void> {
    const input = await readInput(change).catch((error: unknown) => this.#begin(change, run).fail(error));
    const make = () => (run.failed ? Promise.resolve() : this.#make(change, input, run));
    if ((input?.size ?? 0) <= BIG) return this.#small(make);
    return run.ahead ? this.#bigAhead(make) : this.#big(make);
  }

  /** Tells that a change begins; what is returned tells how it ends. */
  #begin({ machine, sentence, command }: Change, run: Run) {
    const { emit } = this.#context;
    const { stage, ahead } = run;
    const change = `${stage}-${(this.#number += 1)}`;
    const started = performance.now();
    emit({ event: 'change-started', stage, change, machine, sentence, command, ahead });
    return {
      change,
      finish: (duration: number) => emit({ event: 'change-finished', stage, change, duration: Math.round(duration) }),
      fail: (error: unknown): never => {
        run.failed = true;
        const duration = Math.round(performance.now() - started);
        emit({ event: 'change-failed', stage, change, duration, explanation: explain(error) });
        throw error;
      },
    };
  }

  async #make(change: Change, input: ChangeInput | undefined, run: Run): Promise<void> {
    const { emit, facts, machine, signal } = this.#context;
    if (signal.aborted) throw new Cancelled(change.machine, 'stopped before it began');
    const { change: id, finish, fail } = this.#begin(change, run);
    this.halfDone.add(change);
    const lines = wholeLines((stream, text) => emit({ event: 'change-output', change: id, stream, text }));
    try {
      const output = await machine(change.machine).run(change.command, {
        change: change.sentence.en,
        sudo: change.sudo ?? true,
        timeout: change.timeout ?? 300_000,
        signal,
        onOutput: lines.add,
        ...(input && {
          input: withProgress(input, (bytes, total) => emit({ event: 'change-progress', change: id, bytes, total })),
        }),
      });
      lines.end();
      this.halfDone.delete(change);
      this.made += 1;
      finish(output.duration);
    } catch (error) {
      lines.end();
      if (!isAborted(signal)) this.halfDone.delete(change);
      fail(error);
    } finally {
      facts.forget(change.machine);
    }
  }
}

/** Passes output on in whole lines: a secret that is cut in two would not be recognized as one. */
function wholeLines(tell: (stream: OutputChunk['stream'], text: string) => void) {
  let whole: string[] = [];
  const newReader = () => new LineReader((line, omitted) => whole.push(`${cutLine(line, LONGEST_LINE, omitted)}\n`));
  const readers = { stdout: newReader(), stderr: newReader() };
  const pass = (stream: OutputChunk['stream'], text: string) => {
    whole = [];
    if (text !== '') tell(stream, text);
  };
  return {
    add: ({ stream, text }: OutputChunk): void => {
      readers[stream].add(text);
      pass(stream, whole.join(''));
    },
    end: (): void => {
      for (const stream of ['stdout', 'stderr'] as const) {
        readers[stream].end();
        pass(stream, whole.join('').slice(0, -1)); // it had no end of line
      }
    },
  };
}

/** One call of `run`: after a failure nothing further is begun. */
interface Run {
  readonly stage: string;
  readonly ahead: boolean;
  failed: boolean;
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function readInput({ input }: Change): Promise<ChangeInput | undefined> {
  return typeof input === 'function' ? await input() : input;
}

function withProgress(
  { content, size }: ChangeInput,
  tell: (bytes: number, total: number) => void,
): ChangeInput['content'] {
  if (typeof content === 'string' || size === undefined || size < BIG) return content;
  return () => {
    const source = content();
    let bytes = 0;
    let told = 0;
    source.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes - told < size / 50 && bytes < size) return;
      told = bytes;
      tell(bytes, size);
    });
    source.pause();
    return source;
  };
}
