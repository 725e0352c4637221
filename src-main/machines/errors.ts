import type { ShellCommand } from './command.ts';
import type { Output, Printed } from './machine.ts';

/** Characters of a line of an answer that an error shows. */
const LINE = 300;

interface Details {
  readonly command?: ShellCommand | undefined;
  readonly output?: Output | undefined;
  readonly cause?: unknown;
}

/** What went wrong at a machine. One class a reason; `rollout/explain.ts` turns each into what a person reads. */
export abstract class MachineError extends Error {
  readonly machine: string;
  readonly command: ShellCommand | undefined;
  readonly output: Output | undefined;
  /** Whether the same attempt, later, may succeed without anybody mending anything. */
  abstract readonly retryable: boolean;

  constructor(machine: string, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.machine = machine;
    this.command = details.command;
    this.output = details.output;
  }
}

/** No TCP connection, or no SSH greeting, within the limit. */
export class MachineUnreachable extends MachineError {
  readonly retryable = true;
}

/** The connection ended while something was running, or keepalives stayed unanswered. */
export class ConnectionLost extends MachineError {
  readonly retryable = true;
}

/** The host speaks SSH, but only with algorithms that OpenSSH does not take either, such as host keys signed with SHA-1. */
export class OutdatedAlgorithms extends MachineError {
  readonly retryable = false;
}

/** Hoplab has no pinned key for this host: the machine, or the jump host on the way to it. */
export class HostKeyUnknown extends MachineError {
  readonly retryable = false;
  readonly host: string;
  readonly fingerprint: string;
  constructor(machine: string, message: string, key: { host: string; shown: string }) {
    super(machine, message);
    this.host = key.host;
    this.fingerprint = key.shown;
  }
}

/** The host (the machine, or the jump host on the way to it) shows another key than the pinned one. Fingerprints as `SHA256:…`, as OpenSSH prints them. */
export class HostKeyChanged extends MachineError {
  readonly retryable = false;
  readonly host: string;
  readonly pinned: readonly string[];
  readonly shown: string;
  constructor(machine: string, message: string, keys: { host: string; pinned: readonly string[]; shown: string }) {
    super(machine, message);
    this.host = keys.host;
    this.pinned = keys.pinned;
    this.shown = keys.shown;
  }
}

/** The host refused the user, or every key, agent and password that was offered. */
export class AuthenticationRefused extends MachineError {
  readonly retryable = false;
}

/** The agent has more keys than the host lets one try. */
export class TooManyKeys extends AuthenticationRefused {}

/** The host refused the key alone of one that has a certificate, which cannot be offered. */
export class CertificateNotOffered extends AuthenticationRefused {}

/** The host let Hoplab begin, and did not answer the login within the limit. */
export class LoginSlow extends MachineUnreachable {}

/** A private key that cannot be read: missing, not a key, or encrypted with another passphrase. */
export class KeyUnusable extends MachineError {
  readonly retryable = false;
}

/** sudo asks for a password that the lab file does not promise, or refuses the one it was given. */
export class SudoRefused extends MachineError {
  readonly retryable = false;
}

/** The command ended with an exit code that was not accepted. */
export class CommandFailed extends MachineError {
  readonly retryable = false;
}

/** The machine answered, and no parser knows what the answer means: nothing follows from it. `why` is English, for experts. */
export class AnswerNotUnderstood extends MachineError {
  readonly retryable = false;
  readonly why: string;
  constructor(machine: string, why: string, details: { command: ShellCommand; output: Output; cause?: unknown }) {
    const beginning = firstLines(details.output, 1) || '(nothing)';
    const { command } = details;
    super(
      machine,
      `${machine} answered something that Hoplab does not understand to \`${shortCommand(command)}\` (${why}): ${beginning}`,
      details,
    );
    this.why = why;
  }
}

/** The command did not end within its limit; the remote process was killed. */
export class CommandTimedOut extends MachineError {
  readonly retryable = true;
  /** Of quick questions that shared a process: how many there were, and how many were answered until its limit. */
  readonly shared: SharedLimit | undefined;
  constructor(machine: string, message: string, { shared, ...details }: Details & { shared?: SharedLimit } = {}) {
    super(machine, message, details);
    this.shared = shared;
  }
}

export interface SharedLimit {
  readonly asked: number;
  readonly answered: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The API server on the control plane, `machine`, did not answer: it does not run, or does not run yet. */
export class ApiServerSilent extends MachineError {
  readonly retryable = true;
}

/** The caller's signal was aborted; the remote process was killed. */
export class Cancelled extends MachineError {
  readonly retryable = false;
}

/** A recorded machine was asked something that no real one was asked in this state. */
export class NotRecorded extends MachineError {
  readonly retryable = false;
}

/** A command in a sentence: its first line, and no more of it than a sentence bears. */
export function shortCommand(command: string): string {
  const [first = ''] = command.split('\n', 1);
  const short = first.slice(0, 80);
  return short === command ? command : `${short.trimEnd()} …`;
}

/** The first lines of what a command printed, each cut to what can be read; empty when it printed nothing. */
export function firstLines({ stdout, stderr }: Pick<Printed, 'stdout' | 'stderr'>, count: number): string {
  const text = (stdout.trim() === '' ? stderr : stdout).trimStart().slice(0, count * 4 * LINE);
  const lines = text.split('\n', count).map((line) => (line.length > LINE ? `${line.slice(0, LINE)} …` : line));
  return lines.join('\n').trimEnd();
}
