import { Cancelled } from '../machines/errors.ts';

/** Prompts go to stderr, so that stdout stays for what a program reads. */
export const promptOutput = { output: process.stderr };

/** Ctrl-C at a question. */
export class QuestionLeft extends Cancelled {}

/** The questions of one command: one at a time, though many machines ask at once. */
export class Questions {
  readonly #stop: AbortController;
  #last: Promise<unknown> = Promise.resolve();
  #left = false;

  /** `stop` ends the command, and the question that is open then. Ctrl-C at a question aborts it. */
  constructor(stop: AbortController = new AbortController()) {
    this.#stop = stop;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether the user has left a question with Ctrl-C. No other is asked then. */
  get left(): boolean {
    return this.#left;
  }

  /** Asks for a machine, when the questions before it are answered. @throws Cancelled */
  ask<Answer>(machine: string, question: (context: PromptContext) => Promise<Answer>): Promise<Answer> {
    const turn = this.#last.then(() => this.#ask(machine, question));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #ask<Answer>(machine: string, question: (context: PromptContext) => Promise<Answer>): Promise<Answer> {
    // asked then, inquirer would keep the terminal: https://github.com/SBoudrias/Inquirer.js/blob/main/packages/core/src/lib/create-prompt.ts
    if (this.#left) throw new QuestionLeft(machine, 'An earlier question was left with Ctrl-C.');
    if (this.signal.aborted) throw new Cancelled(machine, 'Stopped before the question was asked.');
    try {
      return await question({ ...promptOutput, signal: this.signal });
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortPromptError') {
        throw new Cancelled(machine, 'The question was withdrawn.');
      }
      if (!isLeft(error)) throw error;
      this.#left = true;
      this.#stop.abort();
      throw new QuestionLeft(machine, 'The question was left with Ctrl-C.');
    }
  }
}

interface PromptContext {
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Whether an error means Ctrl-C at a question. */
export function isLeft(error: unknown): boolean {
  return error instanceof QuestionLeft || (error instanceof Error && error.name === 'ExitPromptError');
}
