import { setTimeout as sleep } from 'node:timers/promises';
import { isSilent, kubectl } from '../cluster/kubectl.ts';
import { controlPlane } from '../lab/lab.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Stage } from '../stages/stage.ts';
import type { PlanRunner } from './run-plan.ts';

/** An API server that takes longer to say that it is ready has enough to do; on a quiet machine it takes 0.2. Milliseconds. */
const SLOW = 2_000;
/** How long a look at it may take. Milliseconds. */
const LOOK = 5_000;
/** Between two looks at it. Milliseconds. */
const PAUSE = 2_000;

interface Begun {
  readonly work: Promise<void>;
  /** Called when the stage itself begins: what is still waiting then is left to it. */
  readonly leave: () => void;
}

/** What stages do before it is their turn: it disturbs nobody, so it waits while the API server is slow. */
export class EarlyWork {
  readonly #context: LabContext;
  readonly #runner: PlanRunner;
  readonly #signal: AbortSignal;
  readonly #begun = new Map<string, Begun>();
  #over = false;

  constructor(parts: { context: LabContext; runner: PlanRunner; signal: AbortSignal }) {
    this.#context = parts.context;
    this.#runner = parts.runner;
    this.#signal = parts.signal;
  }

  /**
   * Begins what these stages may do after a stage or a milestone, in the order of the stages: the next one needs its part
   * first. A failure is told there and tried again in the stage itself.
   */
  start(after: string, stages: readonly Stage[]): void {
    let decided: Promise<unknown> = Promise.resolve();
    let first: Promise<boolean> | undefined;
    let quick: Promise<void> | undefined;
    for (const stage of stages) {
      for (const early of stage.ahead ?? []) {
        if (early.after !== after) continue;
        first ??= this.#isQuick();
        quick ??= this.#untilQuick(first);
        const before = [decided, this.#begun.get(stage.id)?.work ?? Promise.resolve()];
        const plan = early.decide(this.#context);
        decided = Promise.allSettled([decided, plan]);
        this.#begin(stage, async (turn) => {
          await Promise.allSettled(before);
          if (!(await first) && (await Promise.race([quick, turn])) === 'its turn') return;
          await this.#runner.run(await plan, stage.id, true);
        });
      }
    }
  }

  /** Ends when nothing of a stage is under way any more; what has not begun stays undone. */
  async leaveTo(stage: string): Promise<void> {
    const begun = this.#begun.get(stage);
    begun?.leave();
    await begun?.work.catch(() => undefined);
  }

  /** Ends when nothing is under way any more; what has not begun, and may be waiting for the API server, stays undone. */
  async ended(): Promise<void> {
    this.#over = true;
    for (const { leave } of this.#begun.values()) leave();
    await Promise.allSettled([...this.#begun.values()].map(({ work }) => work));
  }

  #begin(stage: Stage, work: (turn: Promise<'its turn'>) => Promise<void>): void {
    const earlier = this.#begun.get(stage.id);
    let come: () => void = () => undefined;
    const turn = new Promise<'its turn'>((resolve) => (come = () => resolve('its turn')));
    const working = work(turn);
    working.catch(() => undefined);
    const leave = () => {
      earlier?.leave();
      come();
    };
    this.#begun.set(stage.id, { work: working, leave });
  }

  async #untilQuick(first: Promise<boolean>): Promise<void> {
    let quick = await first;
    while (!quick && !this.#isOver()) {
      await sleep(PAUSE, undefined, { signal: this.#signal }).catch(() => undefined);
      quick = this.#isOver() || (await this.#isQuick());
    }
  }

  /** Whether nobody waits for what is left to begin. */
  #isOver(): boolean {
    return this.#over || this.#signal.aborted;
  }

  /** Whether the API server answers quickly, or there is none to be disturbed. */
  async #isQuick(): Promise<boolean> {
    const machine = this.#context.machine(controlPlane(this.#context.lab).name);
    const options = { sudo: true, accept: 'any', timeout: LOOK, signal: this.#signal } as const;
    const answer = await machine.run(kubectl`get --raw /readyz`, options).catch(() => undefined);
    return answer !== undefined && !isSilent(answer) && answer.duration < SLOW;
  }
}
