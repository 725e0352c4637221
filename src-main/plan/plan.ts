import type { Readable } from 'node:stream';
import type { Text } from '../contract/text.ts';
import type { ShellCommand } from '../machines/command.ts';

/** One named mutation: a command on one machine, with the sentence that says what it does. */
export interface Change {
  readonly machine: string;
  readonly sentence: Text;
  readonly command: ShellCommand;
  /** Default true: what a stage changes belongs to root. */
  readonly sudo?: boolean;
  /** Standard input. A function is called when the change runs, not when it is planned. */
  readonly input?: ChangeInput | (() => Promise<ChangeInput>);
  /** Milliseconds; default five minutes. */
  readonly timeout?: number;
}

export interface ChangeInput {
  readonly content: string | (() => Readable);
  /** Bytes, when progress is worth showing. */
  readonly size?: number;
}

/** A point in a plan from which on later stages may begin what they do ahead. */
export type Milestone = 'container-runtime';

/** Changes with their order: a list runs one after the other, `together` at the same time. */
export type Plan = Change | readonly Plan[] | { readonly together: readonly Plan[] } | { readonly reached: Milestone };

export function together(plans: readonly Plan[]): Plan {
  return { together: plans };
}

/** The changes of a plan in reading order. */
export function changesOf(plan: Plan): readonly Change[] {
  if (isList(plan)) return plan.flatMap(changesOf);
  if ('together' in plan) return plan.together.flatMap(changesOf);
  return 'reached' in plan ? [] : [plan];
}

export function isList(plan: Plan): plan is readonly Plan[] {
  return Array.isArray(plan);
}
