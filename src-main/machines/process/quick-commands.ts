import { randomBytes } from 'node:crypto';
import { embed, sh, type ShellCommand } from '../command.ts';
import {
  Cancelled,
  CommandFailed,
  CommandTimedOut,
  ConnectionLost,
  MachineError,
  type SharedLimit,
} from '../errors.ts';
import type { Output, RunOptions } from '../machine.ts';
import { runFailure } from './run-failure.ts';
import { TIMEOUT } from './run-process.ts';

/** Characters of commands that are sent as one: the kernel takes 128 KiB as an argument, and quoting makes them longer. */
const MOST = 24_000;

/** What nothing was printed of. */
const NOTHING: Output = { stdout: '', stderr: '', exitCode: -1, duration: 0, at: 0 };

type Run = (command: ShellCommand, options: RunOptions) => Promise<Output>;

interface Waiting {
  readonly command: ShellCommand;
  readonly options: RunOptions;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs commands that are asked for at the same moment in one process, one after the other, each in a shell of its own: a process,
 * a channel and a sudo for each would cost more than most quick commands do. Each gets its own output and exit code.
 */
export class QuickCommands {
  readonly #machine: string;
  readonly #run: Run;
  #waiting: Waiting[] = [];

  /** @param run runs one command on the machine */
  constructor(machine: string, run: Run) {
    this.#machine = machine;
    this.#run = run;
  }

  /** As a Machine's `run` does, with options `sudo`, `accept`, `timeout` and `signal`. @throws MachineError */
  run(command: ShellCommand, options: RunOptions): Promise<Output> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#start());
      this.#waiting.push({ command, options, resolve, reject });
    });
  }

  #start(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const group of groups(waiting)) void this.#runGroup(group);
  }

  async #runGroup(group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    if (group.length === 1) {
      await this.#run(first.command, first.options).then(first.resolve, first.reject);
      return;
    }
    const mark = randomBytes(12).toString('hex');
    const timeout = Math.max(...group.map(({ options }) => options.timeout ?? TIMEOUT));
    const { sudo, signal } = first.options;
    const options = { ...(sudo !== undefined && { sudo }), timeout, signal };
    let error: unknown;
    const output = await this.#run(together(group, mark), options).catch((reason: unknown) => {
      error = reason;
      return { ...NOTHING, ...(reason instanceof MachineError && reason.output) };
    });
    const { answers, rest } = apart(output, mark);
    const shared = { asked: group.length, answered: answers.length, timeout };
    group.forEach((waiting, index) => {
      const answer = answers[index];
      if (answer) this.#settle(waiting, answer);
      else waiting.reject(this.#unanswered(waiting, error, index === answers.length ? rest : NOTHING, shared));
    });
  }

  /** Why one of several got no answer: told of its own command, with what that one has printed until then. */
  #unanswered({ command }: Waiting, error: unknown, output: Output, shared: SharedLimit): unknown {
    const details = { command, output, cause: error instanceof Error ? error.cause : error };
    const name = this.#machine;
    if (error instanceof CommandTimedOut) {
      const { answered, asked, timeout } = shared;
      const message = `${name} answered ${answered} of ${asked} quick questions within ${timeout / 1000} s: it is slow.`;
      return new CommandTimedOut(name, message, { ...details, shared });
    }
    if (error instanceof ConnectionLost) return new ConnectionLost(name, error.message, details);
    if (error instanceof Cancelled) return new Cancelled(name, error.message, details);
    if (error instanceof CommandFailed) return new CommandFailed(name, error.message, details);
    return error ?? new CommandFailed(name, `${name}: the command was ended before it answered.`, details);
  }

  #settle({ command, options, resolve, reject }: Waiting, output: Output): void {
    const { accept = [0] } = options;
    if (accept === 'any' || accept.includes(output.exitCode)) {
      resolve(output);
      return;
    }
    const end = { kind: 'exited', exitCode: output.exitCode } as const;
    reject(runFailure({ machine: this.#machine, command, end, output }));
  }
}

/** Those that can run in one process: as the same user, and until the same signal. */
function groups(waiting: readonly Waiting[]): readonly Waiting[][] {
  const found: Waiting[][] = [];
  for (const one of waiting) {
    const { sudo = false, signal } = one.options;
    const group = found.find((group) => {
      const [first] = group;
      const length = group.reduce((sum, { command }) => sum + command.length, one.command.length);
      return (first?.options.sudo ?? false) === sudo && first?.options.signal === signal && length <= MOST;
    });
    if (group) group.push(one);
    else found.push([one]);
  }
  return found;
}

/** After each command the mark and its exit code, in both streams, on a line of their own. */
function together(group: readonly Waiting[], mark: string): ShellCommand {
  const answers = sh`answered() { printf '\\n%s %s\\n' ${mark} "$1"; printf '\\n%s %s\\n' ${mark} "$1" >&2; }`;
  const each = group.map(({ command }) => sh`sh -c ${command} < /dev/null; answered $?`);
  return sh`${embed(answers)}
${embed(each.join('\n') as ShellCommand)}
true`;
}

/** The answers of those that have ended, in both streams, and what the next one has printed. */
function apart({ stdout, stderr, ...common }: Output, mark: string): { answers: readonly Output[]; rest: Output } {
  const [printed, complained] = [pieces(stdout, mark), pieces(stderr, mark)];
  const ended = Math.min(printed.ends.length, complained.ends.length);
  const output = (index: number, exitCode: number): Output => ({
    ...common,
    stdout: printed.texts[index] ?? '',
    stderr: complained.texts[index] ?? '',
    exitCode,
  });
  const answers = printed.ends.slice(0, ended).map((exitCode, index) => output(index, exitCode));
  return { answers, rest: output(ended, common.exitCode) };
}

/** What was printed before each mark and after the last one, and the exit code at each mark. */
function pieces(printed: string, mark: string): { texts: readonly string[]; ends: readonly number[] } {
  const [first = '', ...later] = printed.split(`\n${mark} `);
  const texts = [first];
  const ends: number[] = [];
  for (const piece of later) {
    const end = piece.indexOf('\n');
    if (end < 0) return { texts, ends }; // it was cut off within a mark
    ends.push(Number(piece.slice(0, end)));
    texts.push(piece.slice(end + 1));
  }
  return { texts: [...texts.slice(0, -1), withoutHalfMark(texts.at(-1) ?? '', mark)], ends };
}

/** A process that is killed may have printed the half of a mark. */
function withoutHalfMark(text: string, mark: string): string {
  const start = text.lastIndexOf('\n');
  const isHalf = start >= 0 && start < text.length - 1 && `${mark} `.startsWith(text.slice(start + 1));
  return isHalf ? text.slice(0, start) : text;
}
