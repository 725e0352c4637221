import { ZodError } from 'zod';
import type { ShellCommand } from '../machines/command.ts';
import { AnswerNotUnderstood, MachineError } from '../machines/errors.ts';
import type { Machine, Output, Printed, RunOptions } from '../machines/machine.ts';

/** One question to a machine, and what came back: what checks, paths and the picture know, and show as evidence. */
export type Reading<Value> = Read<Value> | Unread;

interface Answered {
  readonly machine: string;
  readonly command: ShellCommand;
  readonly sudo: boolean;
  /** Undefined: nothing came back. */
  readonly output: Output | undefined;
  /** What it printed: its standard output, or what it complained of where that is empty. */
  readonly text: string;
  /** Milliseconds until it was answered or failed. */
  readonly duration: number;
  /** When that was: milliseconds since 1970; in a recording, by the clock of then. */
  readonly at: number;
  /** What else was read to judge the answer. */
  readonly leanedOn: readonly Reading<unknown>[];
}

/** An answer, and what it means. */
export interface Read<Value> extends Answered {
  readonly output: Output;
  readonly value: Value;
}

/** No answer, or one that means nothing. */
export interface Unread extends Answered {
  /** What went wrong. */
  readonly problem: unknown;
}

/** Runs a command that only reads. Never throws: an error is the problem of the reading, with what had come back by then. */
export async function ask(machine: Machine, command: ShellCommand, options: RunOptions): Promise<Reading<Output>> {
  const started = performance.now();
  const base = { machine: machine.name, command, sudo: options.sudo ?? false, leanedOn: [] };
  try {
    const output = await machine.run(command, options);
    return { ...base, ...printed(output), output, value: output };
  } catch (problem) {
    const output = problem instanceof MachineError ? problem.output : undefined;
    const measured = { output, text: '', duration: performance.now() - started, at: Date.now() };
    return { ...base, ...(output ? printed(output) : measured), problem };
  }
}

function printed(output: Output): Pick<Answered, 'output' | 'text' | 'duration' | 'at'> {
  const { stdout, stderr, duration, at } = output;
  return { output, text: stdout === '' ? stderr : stdout, duration, at };
}

export function isRead<Value>(reading: Reading<Value>): reading is Read<Value> {
  return !('problem' in reading);
}

/** What was read. @throws what went wrong */
export function valueOf<Value>(reading: Reading<Value>): Value {
  if (!isRead(reading)) throw reading.problem;
  return reading.value;
}

/** The same answer, which means nothing: what went wrong with it. */
export function failed(
  { machine, command, sudo, output, text, duration, at, leanedOn }: Answered,
  problem: unknown,
): Unread {
  return { machine, command, sudo, output, text, duration, at, leanedOn, problem };
}

/** The same answer, and what is made of its value. What `parse` throws is the problem: it was not understood. */
export function mapReading<Value, Made>(reading: Read<Value>, parse: (value: Value) => Made): Reading<Made> {
  const { value, ...answered } = reading;
  try {
    return { ...answered, value: understood(answered, () => parse(value)) };
  } catch (problem) {
    return failed(answered, problem);
  }
}

/** What is made of an answer. @throws AnswerNotUnderstood for whatever error the parser throws */
export function understood<Value>(
  { machine, command, output }: { machine: string; command: ShellCommand; output: Printed },
  parse: () => Value,
): Value {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof MachineError) throw cause;
    const printed = { duration: 0, at: Date.now(), ...output };
    throw new AnswerNotUnderstood(machine, reasonOf(cause), { command, output: printed, cause });
  }
}

/** Where an answer is not as it should be: `0.mtu: Invalid input: expected number`. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof ZodError)) return cause instanceof SyntaxError ? 'no JSON' : (cause as Error).message;
  const [first] = cause.issues;
  return first ? [first.path.join('.'), first.message].filter(Boolean).join(': ') : 'wrong in its shape';
}
