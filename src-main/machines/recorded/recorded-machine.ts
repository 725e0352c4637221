import { setTimeout as sleep } from 'node:timers/promises';
import type { ShellCommand } from '../command.ts';
import { CommandTimedOut, ConnectionLost, MachineUnreachable, NotRecorded } from '../errors.ts';
import type { Machine, Output, RunOptions, Shell } from '../machine.ts';
import { cancelled, runFailure } from '../process/run-failure.ts';
import { Faults, type Fault } from './fault.ts';
import type { RecordedLab } from './recorded-lab.ts';
import type { RecordedAnswer, RecordedChange, RecordedSituation } from './recording.ts';
import { questionOf } from './question-of.ts';

export interface PlayOptions {
  /** How many times faster than recorded: 1, 10, Infinity for at once. It is looked at anew for every wait. */
  readonly speed: number;
  readonly faults?: Faults;
}

/** The machines of a recorded lab by name, the client as `client`. They share the lab's state, unless they are those of a situation. */
export function openRecordedMachines(
  lab: RecordedLab,
  options: PlayOptions,
  situation?: RecordedSituation,
): ReadonlyMap<string, Machine> {
  const faults = options.faults ?? new Faults([]);
  const { machines } = lab.recording;
  return new Map(
    Object.entries(machines).map(([name, where]) => [
      name,
      new RecordedMachine({
        name,
        where,
        lab,
        situation,
        faults,
        get speed() {
          return options.speed;
        },
      }),
    ]),
  );
}

interface Parts {
  readonly name: string;
  readonly where: string;
  readonly lab: RecordedLab;
  readonly situation: RecordedSituation | undefined;
  readonly speed: number;
  readonly faults: Faults;
}

const TIMEOUT = 60_000;

/** Answers what a real machine answered. A command that is not in the recording fails with NotRecorded. */
class RecordedMachine implements Machine {
  readonly name: string;
  readonly where: string;
  readonly #parts: Parts;
  readonly #closing = new AbortController();

  constructor(parts: Parts) {
    this.name = parts.name;
    this.where = `recording of ${parts.where}`;
    this.#parts = parts;
  }

  async run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    if (options.signal?.aborted) throw cancelled(this.name, command);
    if (this.#closing.signal.aborted) throw this.#lost('the machine was closed', command);
    const fault = this.#parts.faults.next(this.name, command, options.change);
    if (fault?.kind === 'silent') {
      throw new MachineUnreachable(this.name, `${this.where} does not answer.`, { command });
    }
    const output = await this.#answer(command, options, fault);
    const accept = options.accept ?? [0];
    if (accept === 'any' || accept.includes(output.exitCode)) return output;
    const { exitCode } = output;
    throw runFailure({ machine: this.name, command, end: { kind: 'exited', exitCode }, output });
  }

  openShell(): Promise<Shell> {
    return Promise.reject(new NotRecorded(this.name, `${this.name}: a recording has no terminal.`));
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  async #answer(command: ShellCommand, options: RunOptions, fault: Fault | undefined): Promise<Output> {
    const { lab, situation } = this.#parts;
    if (fault?.kind === 'fails') {
      return { stdout: '', stderr: fault.stderr, exitCode: fault.exitCode, duration: 1, at: Date.now() };
    }
    const play = new Play(this.#parts, command, { ...options, closing: this.#closing.signal });
    if (options.change === undefined) {
      const answer = lab.answer(questionOf(this.name, command, options), situation);
      if (!answer) throw this.#notRecorded(command);
      return play.read(answer, fault);
    }
    const found = lab.change({ machine: this.name, sentence: options.change, command });
    if (!found) throw this.#notRecorded(command);
    const output = await play.change(found.change, fault);
    if (output.exitCode === 0) found.finish();
    return output;
  }

  #notRecorded(command: ShellCommand): NotRecorded {
    return new NotRecorded(this.name, `${this.name}: the recording has no answer to this command.`, { command });
  }

  #lost(why: string, command: ShellCommand): ConnectionLost {
    return new ConnectionLost(this.name, `${this.name}: ${why}.`, { command });
  }
}

type PlayedRun = RunOptions & { readonly closing: AbortSignal };

/** One command, in the rhythm in which it was recorded. */
class Play {
  readonly #parts: Parts;
  readonly #command: ShellCommand;
  readonly #run: PlayedRun;
  /** Milliseconds of recorded time that have passed. */
  #now = 0;

  constructor(parts: Parts, command: ShellCommand, run: PlayedRun) {
    this.#parts = parts;
    this.#command = command;
    this.#run = run;
  }

  async read(answer: RecordedAnswer, fault: Fault | undefined): Promise<Output> {
    const duration = answer.duration + late(fault);
    if (fault?.kind === 'drops') return this.#drop(duration / 2);
    const printed = await this.#printed(answer);
    await this.#until(duration);
    return { ...printed, exitCode: answer.exitCode, duration, at: answer.at };
  }

  async #printed(answer: RecordedAnswer): Promise<Pick<Output, 'stdout' | 'stderr'>> {
    const { texts, outputs } = this.#parts.lab.recording;
    if (!('output' in answer)) return { stdout: texts.at(answer.stdout) ?? '', stderr: texts.at(answer.stderr) ?? '' };
    const printed = { stdout: '', stderr: '' };
    for (const [moment, stream, text] of (await outputs.at(answer.output)) ?? []) {
      await this.#until(moment);
      printed[stream] += text;
      this.#run.onOutput?.({ stream, text });
    }
    return printed;
  }

  async change(change: RecordedChange, fault: Fault | undefined): Promise<Output> {
    const { texts } = this.#parts.lab.recording;
    const duration = change.duration + late(fault);
    const printed = { stdout: '', stderr: '' };
    const sending = this.#send(change);
    for (const [moment, stream, place] of change.output) {
      if (fault?.kind === 'drops' && moment > duration / 2) break;
      await this.#until(moment);
      const text = texts.at(place) ?? '';
      printed[stream] += text;
      this.#run.onOutput?.({ stream, text });
    }
    if (fault?.kind === 'drops') return this.#drop(Math.max(this.#now, duration / 2));
    await Promise.all([this.#until(duration), sending]);
    return { ...printed, exitCode: change.exitCode, duration, at: change.at };
  }

  /** Reads the input as fast as it was read then, so that whoever watches it sees the progress. */
  async #send({ input: recorded }: RecordedChange): Promise<void> {
    const { input } = this.#run;
    if (typeof input !== 'function' || recorded.length === 0 || !Number.isFinite(this.#parts.speed)) return;
    let bytes = 0;
    let passed = 0;
    for await (const piece of input()) {
      bytes += (piece as Buffer).length;
      const moment = recorded.find(([, read]) => read >= bytes)?.[0] ?? passed;
      await this.#wait(moment - passed);
      passed = Math.max(passed, moment);
    }
  }

  async #drop(moment: number): Promise<never> {
    await this.#until(moment);
    const { name } = this.#parts;
    throw new ConnectionLost(name, `${name}: the connection broke while the command ran.`, { command: this.#command });
  }

  async #until(moment: number): Promise<void> {
    const { timeout = TIMEOUT } = this.#run;
    const end = Math.min(moment, timeout);
    await this.#wait(end - this.#now);
    this.#now = Math.max(this.#now, end);
    if (moment > timeout) {
      const { name } = this.#parts;
      throw new CommandTimedOut(name, `${name}: the command did not end within ${timeout / 1000} s.`, {
        command: this.#command,
      });
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    const { signal, closing } = this.#run;
    const { name, speed } = this.#parts;
    const time = milliseconds / speed;
    if (time > 0.5) await this.#sleep(time);
    if (signal?.aborted) throw cancelled(name, this.#command);
    if (closing.aborted) throw new ConnectionLost(name, `${name}: the machine was closed.`, { command: this.#command });
  }

  async #sleep(time: number): Promise<void> {
    const { signal, closing } = this.#run;
    const stop = new AbortController();
    const abort = () => stop.abort();
    signal?.addEventListener('abort', abort, { once: true });
    closing.addEventListener('abort', abort, { once: true });
    await sleep(time, undefined, { signal: stop.signal }).catch(() => undefined);
    signal?.removeEventListener('abort', abort);
    closing.removeEventListener('abort', abort);
  }
}

function late(fault: Fault | undefined): number {
  return fault?.kind === 'slow' ? fault.by : 0;
}
