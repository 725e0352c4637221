import type { ShellCommand } from './command.ts';
import type { Machine, Output, RunOptions, Shell } from './machine.ts';

/** Remembers the last command and its answer: where a decision comes from. */
export class NotingMachine implements Machine {
  readonly name: string;
  readonly where: string;
  asked: { command: string } = { command: '' };
  answer: Pick<Output, 'stdout' | 'at'> = { stdout: '', at: Date.now() };
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.name = machine.name;
    this.where = machine.where;
  }

  async run(command: ShellCommand, options?: RunOptions): Promise<Output> {
    this.asked = { command };
    const output = await this.#machine.run(command, options);
    this.asked = { command }; // others may have been asked meanwhile
    this.answer = output;
    return output;
  }

  openShell(): Promise<Shell> {
    return this.#machine.openShell();
  }

  async close(): Promise<void> {
    // belongs to who opened it
  }
}
