import { MachineError } from './errors.ts';
import type { Machine, Output, RunOptions, Shell, ShellOptions } from './machine.ts';
import type { ShellCommand } from './command.ts';

/** Milliseconds for which a failed attempt answers for those who ask next. */
const RETRY = 5000;

/** A machine whose connection can be made without asking it anything. */
export interface Connectable extends Machine {
  /** @throws MachineError */
  connect(signal?: AbortSignal): Promise<unknown>;
}

/**
 * Stands for a machine that could not be reached. Whoever asks it something tries again, at most every five seconds; until it
 * answers, what it is asked fails with the error of the last attempt.
 */
export class AwayMachine implements Machine {
  readonly #machine: Connectable;
  readonly #arrived: () => void;
  #failure: MachineError | undefined;
  #until: number;
  #attempt: Promise<void> | undefined;

  /** @param failure of the attempt to reach it @param arrived called once, when it has been reached */
  constructor(machine: Connectable, failure: MachineError, arrived: () => void = () => undefined) {
    this.#machine = machine;
    this.#arrived = arrived;
    this.#failure = failure;
    this.#until = performance.now() + RETRY;
  }

  get name(): string {
    return this.#machine.name;
  }

  get where(): string {
    return this.#machine.where;
  }

  /** Why it cannot be reached; undefined since it has been. */
  get failure(): MachineError | undefined {
    return this.#failure;
  }

  async run(command: ShellCommand, options?: RunOptions): Promise<Output> {
    await this.#ready();
    return this.#machine.run(command, options);
  }

  async openShell(options?: ShellOptions): Promise<Shell> {
    await this.#ready();
    return this.#machine.openShell(options);
  }

  close(): Promise<void> {
    return this.#machine.close();
  }

  /** Tries at once, unless it has been reached. @throws MachineError */
  async reach(): Promise<void> {
    if (!this.#failure) return;
    this.#attempt ??= this.#connect().finally(() => (this.#attempt = undefined));
    await this.#attempt;
  }

  async #ready(): Promise<void> {
    if (this.#failure && performance.now() < this.#until && !this.#attempt) throw this.#failure;
    await this.reach();
  }

  async #connect(): Promise<void> {
    try {
      await this.#machine.connect();
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      this.#failure = error;
      // What only a person can mend, or has refused, is not tried again unasked.
      this.#until = error.retryable ? performance.now() + RETRY : Infinity;
      throw error;
    }
    this.#failure = undefined;
    this.#arrived();
  }
}
