import type { Readable, Writable } from 'node:stream';
import type { ShellCommand } from '../command.ts';
import type { Sudo } from './sudo.ts';

/** A started command: of this computer, or at the other end of an SSH channel. */
export interface Process {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process has ended and all of its output was read, or when nobody can know any more. */
  readonly ended: Promise<ProcessEnd>;
  /** Lets go of a process that does not end: closes the streams and resolves `ended`. */
  abandon(): void;
}

/** `exitCode` is 128 + n when signal n ended it, as in a shell. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'lost'; readonly why: string; readonly cause?: unknown };

/** What can start processes; `runProcess` makes a Machine's `run` of it. */
export interface ProcessHost {
  /** The machine's name in the lab file. */
  readonly name: string;
  readonly sudo: Sudo;
  /** Aborted by close(): running commands are killed and fail with ConnectionLost. */
  readonly closing?: AbortSignal | undefined;
  /** @throws MachineError when there is no connection, or when `signal` is aborted while waiting. */
  start(command: ShellCommand, options?: StartOptions): Promise<Process>;
}

export interface StartOptions {
  readonly signal?: AbortSignal | undefined;
  /** Does not wait behind other commands: for the one that kills them. */
  readonly urgent?: boolean;
}
