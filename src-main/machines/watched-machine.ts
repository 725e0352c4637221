import { AwayMachine } from './away-machine.ts';
import type { ShellCommand } from './command.ts';
import { ConnectionLost, MachineUnreachable, type MachineError } from './errors.ts';
import type { Machine, Output, RunOptions, Shell, ShellOptions } from './machine.ts';

/** A machine of which is known whether it can be reached: by what those who ask it something find out. */
export class WatchedMachine implements Machine {
  readonly #machine: Machine;
  readonly #changed: () => void;
  #failure: MachineError | undefined;

  /** @param changed called when it is lost, and when it answers again */
  constructor(machine: Machine, changed: () => void) {
    this.#machine = machine;
    this.#changed = changed;
  }

  get name(): string {
    return this.#machine.name;
  }

  get where(): string {
    return this.#machine.where;
  }

  /** Why it was not reached when it was asked last; undefined where it was. */
  get failure(): MachineError | undefined {
    return this.#failure;
  }

  async run(command: ShellCommand, options?: RunOptions): Promise<Output> {
    try {
      const output = await this.#machine.run(command, options);
      this.#note(undefined);
      return output;
    } catch (error) {
      if (error instanceof MachineUnreachable || error instanceof ConnectionLost) this.#note(error);
      throw error;
    }
  }

  openShell(options?: ShellOptions): Promise<Shell> {
    return this.#machine.openShell(options);
  }

  close(): Promise<void> {
    return this.#machine.close();
  }

  #note(failure: MachineError | undefined): void {
    if (this.#machine instanceof AwayMachine && this.#machine.failure) return; // it tells that by itself
    const before = this.#failure;
    this.#failure = failure;
    if ((before === undefined) !== (failure === undefined)) this.#changed();
  }
}
