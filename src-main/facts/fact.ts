import { Readable } from 'node:stream';
import type { ShellCommand } from '../machines/command.ts';
import type { MachineError } from '../machines/errors.ts';
import type { Machine, Output, Printed, RunOptions } from '../machines/machine.ts';
import { ask, isRead, understood, valueOf, type Reading } from './reading.ts';

/** Something read from a machine: a read-only command and the parser of what it prints. */
export interface Fact<Value> {
  readonly id: string;
  readonly command: ShellCommand;
  /** Standard input; default empty. It is neither evidence nor recorded: it may be secret. */
  readonly input?: string;
  /** Default: only exit code 0 is an answer. */
  readonly accept?: RunOptions['accept'];
  /** Read as root; default false. */
  readonly sudo?: boolean;
  /** Takes long enough to get a process of its own; default false: it may be read in one process with others. */
  readonly slow?: boolean;
  /** Pure. Gets exactly what the command printed; throws at what it does not understand. */
  readonly parse: (output: Printed) => Value;
  /** The error of an output that is no answer although its exit code is accepted; undefined: it is parsed. */
  readonly failure?: (asked: Asked) => Promise<MachineError | undefined>;
}

/** How a fact's command is run. */
function readingOptions({ sudo = false, accept = [0], slow = false, input }: Fact<unknown>): RunOptions {
  return {
    sudo,
    accept,
    quick: !slow && input === undefined,
    ...(input !== undefined && { input: () => Readable.from([input]) }),
  };
}

/** What tells one question from another. */
function keyOf(machine: Machine, { command, input = '' }: Fact<unknown>): string {
  return `${machine.name}\n${command}\n${input}`;
}

/** A fact's command and what came back. `read` reads another fact of the same machine. */
export interface Asked {
  readonly machine: string;
  readonly command: ShellCommand;
  readonly output: Output;
  readonly read: <Value>(fact: Fact<Value>) => Promise<Value>;
}

/** Reads facts, each once until a change touches its machine. The machines are the state; this only saves asking twice. */
export class FactReader {
  readonly #known = new Map<string, Promise<Reading<unknown>>>();
  readonly #underWay = new Map<string, Promise<Reading<unknown>>>();
  readonly #options: Pick<RunOptions, 'signal' | 'timeout'>;

  /** Of each question: the signal that ends it, and the milliseconds that it may take. */
  constructor(options: Pick<RunOptions, 'signal' | 'timeout'> = {}) {
    this.#options = options;
  }

  async read<Value>(machine: Machine, fact: Fact<Value>): Promise<Value> {
    return valueOf(await this.take(machine, fact));
  }

  async readFresh<Value>(machine: Machine, fact: Fact<Value>): Promise<Value> {
    return valueOf(await this.takeFresh(machine, fact));
  }

  /** A fact with the command that told it; what is known is not asked again. Never throws: see Reading. */
  take<Value>(machine: Machine, fact: Fact<Value>): Promise<Reading<Value>> {
    const key = keyOf(machine, fact);
    const known = this.#known.get(key);
    if (known) return known as Promise<Reading<Value>>;
    const reading = this.#ask(machine, fact).then((done) => {
      if (!isRead(done) && this.#known.get(key) === reading) this.#known.delete(key);
      return done;
    });
    this.#known.set(key, reading);
    return reading;
  }

  /** Reads a fact from the machine even when it is known; who asks while it is being read shares the answer. */
  takeFresh<Value>(machine: Machine, fact: Fact<Value>): Promise<Reading<Value>> {
    const key = keyOf(machine, fact);
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay as Promise<Reading<Value>>;
    const reading = this.#ask(machine, fact).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, reading);
    return reading;
  }

  /** Forgets what was read from a machine, after something was changed there; without a name, everything. */
  forget(machine?: string): void {
    if (machine === undefined) this.#known.clear();
    else for (const key of this.#known.keys()) if (key.startsWith(`${machine}\n`)) this.#known.delete(key);
  }

  async #ask<Value>(machine: Machine, fact: Fact<Value>): Promise<Reading<Value>> {
    const asked = await ask(machine, fact.command, { ...readingOptions(fact), ...this.#options });
    if (!isRead(asked)) return asked;
    const { value: output, ...answered } = asked;
    const leanedOn: Reading<unknown>[] = [];
    try {
      return { ...answered, leanedOn, value: await this.#judge(machine, fact, output, leanedOn) };
    } catch (problem) {
      return { ...answered, leanedOn, problem };
    }
  }

  async #judge<Value>(
    machine: Machine,
    fact: Fact<Value>,
    output: Output,
    leanedOn: Reading<unknown>[],
  ): Promise<Value> {
    const read = async <Other>(other: Fact<Other>): Promise<Other> => {
      const reading = await this.take(machine, other);
      leanedOn.push(reading, ...reading.leanedOn);
      return valueOf(reading);
    };
    const failure = await fact.failure?.({ machine: machine.name, command: fact.command, output, read });
    if (failure) throw failure;
    return answerOf(machine.name, fact, output);
  }
}

/** What a fact's command printed, parsed: the only way to a fact's parser. @throws AnswerNotUnderstood */
function answerOf<Value>(machine: string, { command, parse }: Fact<Value>, output: Output): Value {
  return understood({ machine, command, output }, () => parse(output));
}
