import type { Readable } from 'node:stream';
import type { ShellCommand } from './command.ts';

/** Anything a command can run on: a node or the client, over SSH or on this computer. */
export interface Machine {
  /** The machine's name in the lab file. */
  readonly name: string;
  /** Where it is, for people: `lab@192.168.2.10:22` or `this computer`. */
  readonly where: string;
  /**
   * Runs a command in a POSIX shell. Many may run at once; those beyond the connection's limit wait for their turn.
   * @throws MachineError: see errors.ts; a non-zero exit is CommandFailed unless `accept` names the exit code.
   */
  run(command: ShellCommand, options?: RunOptions): Promise<Output>;
  /** Opens an interactive shell with a terminal of the given size. */
  openShell(options?: ShellOptions): Promise<Shell>;
  /** Ends the connection. Running commands fail with ConnectionLost. Never throws. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** What the command changes, in English; without it the command only reads. Recordings know a change by it. */
  readonly change?: string;
  /**
   * It is quick and only reads, takes no input and is not followed: it may run in one process with others that are asked for at the
   * same moment, one after the other. Default false.
   */
  readonly quick?: boolean;
  /** Run as root; default false. A machine where the user is root ignores it. */
  readonly sudo?: boolean;
  /** Standard input; default empty. A function is called once, when the command starts. */
  readonly input?: string | Uint8Array | (() => Readable);
  /** Milliseconds until CommandTimedOut; default 60,000. */
  readonly timeout?: number;
  /** Aborting it kills the remote process and rejects with Cancelled. */
  readonly signal?: AbortSignal | undefined;
  /** Called with output as it arrives. */
  readonly onOutput?: ((chunk: OutputChunk) => void) | undefined;
  /** Whether Output holds what was printed; default true. False for what runs on and on, such as a watch. */
  readonly keepOutput?: boolean | undefined;
  /** Exit codes that are an answer and no failure; default [0]. 'any' accepts each. */
  readonly accept?: readonly number[] | 'any';
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a command printed, and how it ended. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Output extends Printed {
  /** Milliseconds from sending the command to its end. */
  readonly duration: number;
  /** When it ended: milliseconds since 1970 by this computer's clock; in a recording, by the clock of then. */
  readonly at: number;
}

export interface ShellOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly signal?: AbortSignal;
}

export interface Shell {
  /** The terminal's bytes, both streams. */
  readonly output: Readable;
  write(data: string): void;
  resize(columns: number, rows: number): void;
  close(): void;
}
