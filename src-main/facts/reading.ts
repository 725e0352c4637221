import type { ShellCommand } from '../machines/command.ts';
import { MachineError } from '../machines/errors.ts';
import type { Machine, Output, RunOptions } from '../machines/machine.ts';

/** One question to a machine: the command, what came back, and what that means or why it means nothing. */
export interface Reading<Value> {
  readonly machine: string;
  readonly command: ShellCommand;
  readonly sudo: boolean;
  /** Undefined: nothing came back. */
  readonly output: Output | undefined;
  readonly result: { readonly value: Value } | { readonly problem: unknown };
  /** Milliseconds until it was answered or failed. */
  readonly duration: number;
  /** When that was: milliseconds since 1970; in a recording, by the clock of then. */
  readonly at: number;
  /** What else was read to judge the answer. */
  readonly leanedOn: readonly Reading<unknown>[];
}

/** Runs a command that only reads. Never throws: an error is the problem of the reading, with what had come back by then. */
export async function ask(machine: Machine, command: ShellCommand, options: RunOptions): Promise<Reading<Output>> {
  const started = performance.now();
  const base = { machine: machine.name, command, sudo: options.sudo ?? false, leanedOn: [] };
  try {
    const output = await machine.run(command, options);
    return { ...base, output, result: { value: output }, duration: output.duration, at: output.at };
  } catch (problem) {
    const output = problem instanceof MachineError ? problem.output : undefined;
    const measured = { duration: performance.now() - started, at: Date.now() };
    const { duration, at } = output ?? measured;
    return { ...base, output, result: { problem }, duration, at };
  }
}

/** What was read. @throws what went wrong */
export function valueOf<Value>({ result }: Reading<Value>): Value {
  if ('problem' in result) throw result.problem;
  return result.value;
}
