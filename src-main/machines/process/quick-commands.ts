import { randomBytes } from 'node:crypto';
import { embed, sh, type ShellCommand } from '../command.ts';
import type { Output, RunOptions } from '../machine.ts';
import { runFailure } from './run-failure.ts';

/** Characters of commands that are sent as one: the kernel takes 128 KiB as an argument, and quoting makes them longer. */
const MOST = 24_000;

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
    try {
      if (group.length === 1) {
        first.resolve(await this.#run(first.command, first.options));
        return;
      }
      const mark = randomBytes(12).toString('hex');
      const timeout = Math.max(...group.map(({ options }) => options.timeout ?? 0)) || undefined;
      const { sudo, signal } = first.options;
      const output = await this.#run(together(group, mark), {
        ...(sudo !== undefined && { sudo }),
        ...(timeout !== undefined && { timeout }),
        signal,
      });
      const answers = apart(output, mark);
      group.forEach((waiting, index) => this.#settle(waiting, answers[index]));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #settle({ command, options, resolve, reject }: Waiting, output: Output | undefined): void {
    if (!output) throw new Error(`${this.#machine}: commands that ran together did not all answer`);
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

function apart({ stdout, stderr, ...rest }: Output, mark: string): readonly Output[] {
  const errors = pieces(stderr, mark);
  return pieces(stdout, mark).map(({ text, exitCode }, index) => ({
    ...rest,
    stdout: text,
    stderr: errors[index]?.text ?? '',
    exitCode,
  }));
}

function pieces(printed: string, mark: string): readonly { text: string; exitCode: number }[] {
  const [first = '', ...later] = printed.split(`\n${mark} `);
  let text = first;
  return later.map((piece) => {
    const end = piece.indexOf('\n');
    const answered = { text, exitCode: Number(piece.slice(0, end)) };
    text = piece.slice(end + 1);
    return answered;
  });
}
