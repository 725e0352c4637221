import type { Evidence } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';
import type { Fact } from '../facts/fact.ts';
import type { ShellCommand } from '../machines/command.ts';
import type { RunOptions } from '../machines/machine.ts';
import type { LabContext } from '../plan/lab-context.ts';

/** A read-only question with an expected answer. A failed check is a value, never an exception. */
export interface Check {
  readonly id: string;
  readonly sentence: Text;
  /** Where it is asked; `every-node` asks each node. */
  readonly on: 'client' | 'control-plane' | 'every-node' | 'workers';
  /** How long a rollout asks again before it believes a failure, in milliseconds; default 0. */
  readonly patience?: number;
  ask(question: Question): Promise<Answer>;
}

/** What a check works with. Each command that it runs becomes evidence, also those that tell a fact. */
export interface Question extends LabContext {
  /** Name of the machine it is asked on. */
  readonly machineName: string;
  /** Reads a fact anew: what a check waits for changes by itself. */
  readFresh<Value>(machine: string, fact: Fact<Value>): Promise<Value>;
  /** Runs a read-only command there (or on another machine); never throws for an exit code. */
  run(
    command: ShellCommand,
    options?: Pick<RunOptions, 'sudo' | 'timeout' | 'quick'> & { machine?: string },
  ): Promise<Evidence>;
}

export type Answer =
  | {
      readonly status: 'passed' | 'failed';
      readonly expected: Text;
      readonly actual: Text;
      /** What the answer means for the reader. */
      readonly meaning: Text;
      /** What to do; only read when it failed. */
      readonly remedy: Text;
    }
  | { readonly status: 'not-applicable'; readonly reason: Text };

export function passedIf(passed: boolean): 'passed' | 'failed' {
  return passed ? 'passed' : 'failed';
}
