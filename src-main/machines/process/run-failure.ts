import type { ShellCommand } from '../command.ts';
import { Cancelled, CommandFailed, CommandTimedOut, ConnectionLost, type MachineError } from '../errors.ts';
import type { Output } from '../machine.ts';
import type { ProcessEnd } from './process.ts';
import type { Stop } from './stop-watch.ts';

/** How a run ended; `broken` is on our side: the input could not be read, or the output is more than we keep. */
export type RunEnd =
  ProcessEnd | Stop | { readonly kind: 'broken'; readonly what: 'input' | 'output'; readonly cause: unknown };

interface Failure {
  readonly machine: string;
  readonly command: ShellCommand;
  readonly end: RunEnd;
  readonly output: Output;
  /** Why the processes could not be killed, when they could not. */
  readonly survivors?: string | undefined;
}

/** The error of a run that did not end as it should. */
export function runFailure({ machine, command, end, output, survivors }: Failure): MachineError {
  const left = survivors === undefined ? '' : ` It may still be running there: ${survivors}.`;
  const cause = 'cause' in end ? end.cause : undefined;
  const details = { command, output, cause };
  switch (end.kind) {
    case 'exited':
      return new CommandFailed(machine, `${machine}: the command ended with exit code ${end.exitCode}.`, details);
    case 'lost':
      return new ConnectionLost(machine, `${machine}: ${end.why} while a command was running.`, details);
    case 'closed':
      return new ConnectionLost(
        machine,
        `${machine}: the machine was closed while a command was running.${left}`,
        details,
      );
    case 'timed-out':
      return new CommandTimedOut(
        machine,
        `${machine}: the command did not end within ${seconds(end.timeout)}.${left}`,
        details,
      );
    case 'cancelled':
      return new Cancelled(machine, `${machine}: the command was cancelled.${left}`, details);
    case 'broken':
      return new CommandFailed(
        machine,
        `${machine}: the command was stopped, because ${broken(end.what, cause)}.${left}`,
        details,
      );
  }
}

/** The error of a run that was cancelled before it started. */
export function cancelled(machine: string, command?: ShellCommand): Cancelled {
  return new Cancelled(machine, `${machine}: cancelled before it started.`, { command });
}

function broken(what: 'input' | 'output', cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return what === 'input' ? `its input cannot be read: ${reason}` : reason;
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}
