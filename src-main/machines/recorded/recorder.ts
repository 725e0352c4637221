import type { ShellCommand } from '../command.ts';
import type { Machine, Output, RunOptions, Shell, ShellOptions } from '../machine.ts';
import { runFailure } from '../process/run-failure.ts';
import type { RecordedAnswer, RecordedChange, RecordedOutput, RecordedQuestion } from './recording.ts';
import { questionOf } from './question-of.ts';
import { questionKey } from './recorded-lab.ts';
import { Texts } from './texts.ts';

/** A change as it was made; its stage is known to whoever made it. */
export type MadeChange = Omit<RecordedChange, 'stage'>;

/** Progress of an input is kept in steps of this many bytes. */
const STEP = 4 << 20;

/** Notes what machines answer: the questions and answers of each state, and the changes in between. */
export class Recorder {
  readonly questions: RecordedQuestion[] = [];
  readonly texts: Texts;
  readonly outputs: RecordedOutput[] = [];
  readonly #numbers = new Map<string, number>();
  #answers = new Map<number, RecordedAnswer>();
  #changes: MadeChange[] = [];

  /** `clean` takes secrets out of every text that is kept. */
  constructor(clean: (text: string) => string) {
    this.texts = new Texts(clean);
  }

  /** The same machine; what it answers is noted. */
  machine(machine: Machine): Machine {
    return new NotedMachine(machine, this);
  }

  /** The answers since the last call, the latest of each question. */
  takeAnswers(): readonly RecordedAnswer[] {
    const answers = [...this.#answers.values()];
    this.#answers = new Map();
    return answers;
  }

  /** The changes that were made since the last call, in the order in which they ended. */
  takeChanges(): readonly MadeChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /** @param output as it came, when it was followed */
  noteAnswer(question: RecordedQuestion, printed: Output, output?: RecordedOutput): void {
    const number = this.#numberOf(question);
    const { exitCode, duration, at } = printed;
    const answer = { question: number, exitCode, duration: Math.round(duration), at };
    const said = output
      ? { output: this.outputs.push(output) - 1 }
      : { stdout: this.texts.place(printed.stdout), stderr: this.texts.place(printed.stderr) };
    this.#answers.set(number, { ...answer, ...said });
  }

  noteChange(change: MadeChange): void {
    this.#changes.push(change);
  }

  #numberOf(question: RecordedQuestion): number {
    const key = questionKey(question);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.questions.length);
    return this.questions.push(question) - 1;
  }
}

class NotedMachine implements Machine {
  readonly name: string;
  readonly where: string;
  readonly #machine: Machine;
  readonly #recorder: Recorder;

  constructor(machine: Machine, recorder: Recorder) {
    this.name = machine.name;
    this.where = machine.where;
    this.#machine = machine;
    this.#recorder = recorder;
  }

  async run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    const { change } = options;
    if (change !== undefined) return this.#change(command, { ...options, change });
    const noted: RecordedOutput = [];
    const { clean } = this.#recorder.texts;
    const onOutput =
      options.onOutput && this.#noting((at, stream, text) => noted.push([at, stream, clean(text)]), options.onOutput);
    const output = await this.#machine.run(command, { ...options, accept: 'any', onOutput });
    const question = questionOf(this.name, command, options);
    this.#recorder.noteAnswer(question, output, onOutput && noted);
    return this.#accepted(command, options, output);
  }

  openShell(options?: ShellOptions): Promise<Shell> {
    return this.#machine.openShell(options);
  }

  close(): Promise<void> {
    return this.#machine.close();
  }

  async #change(command: ShellCommand, options: RunOptions & { change: string }): Promise<Output> {
    const now = stopwatch();
    const output: MadeChange['output'] = [];
    const input: MadeChange['input'] = [];
    const { texts } = this.#recorder;
    const onOutput = this.#noting((at, stream, text) => output.push([at, stream, texts.place(text)]), options.onOutput);
    const noted = notedInput(options.input ?? '', (bytes) => input.push([now(), bytes]));
    const { exitCode, duration, at } = await this.#machine.run(command, { ...options, input: noted, onOutput });
    const { change: sentence, sudo = false } = options;
    const made = { machine: this.name, sudo, sentence, command, exitCode, duration: Math.round(duration), at };
    this.#recorder.noteChange({ ...made, output, input });
    return { stdout: '', stderr: '', exitCode, duration, at };
  }

  /** Notes what a command prints as it comes, and passes it on. */
  #noting(
    note: (...piece: RecordedOutput[number]) => void,
    pass: RunOptions['onOutput'],
  ): NonNullable<RunOptions['onOutput']> {
    const now = stopwatch();
    return ({ stream, text }) => {
      note(now(), stream, text);
      pass?.({ stream, text });
    };
  }

  /** The machine was asked to accept every exit code; who asked it may not. */
  #accepted(command: ShellCommand, { accept = [0] }: RunOptions, output: Output): Output {
    if (accept === 'any' || accept.includes(output.exitCode)) return output;
    throw runFailure({ machine: this.name, command, end: { kind: 'exited', exitCode: output.exitCode }, output });
  }
}

/** Milliseconds since it was called. */
function stopwatch(): () => number {
  const started = performance.now();
  return () => Math.round(performance.now() - started);
}

function notedInput(
  input: NonNullable<RunOptions['input']>,
  read: (bytes: number) => void,
): NonNullable<RunOptions['input']> {
  if (typeof input !== 'function') return input;
  return () => {
    const source = input();
    let bytes = 0;
    let noted = 0;
    source.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes - noted < STEP) return;
      noted = bytes;
      read(bytes);
    });
    source.on('end', () => noted > 0 && read(bytes));
    source.pause();
    return source;
  };
}
