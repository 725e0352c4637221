import { ask, failed, isRead, mapReading, valueOf, type Reading } from '../facts/reading.ts';
import { sh, type ShellCommand } from '../machines/command.ts';
import type { Machine, Output, RunOptions, Shell } from '../machines/machine.ts';
import { changesOf } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { resolverZone } from './client.ts';

/** Whether the client's system resolver sends the lab's zone to the cluster: it does when nothing is to be changed for that. */
export async function readResolver({ client, lab, machine }: LabContext): Promise<Reading<boolean>> {
  const noting = new NotingMachine(machine('client'));
  try {
    const plan = await client.resolver.decide(noting, resolverZone(lab));
    return isRead(noting.last) ? mapReading(noting.last, () => changesOf(plan).length === 0) : noting.last;
  } catch (problem) {
    return failed(noting.last, problem);
  }
}

/** Remembers the last question and its answer: where a decision comes from. */
class NotingMachine implements Machine {
  readonly name: string;
  readonly where: string;
  last: Reading<Output>;
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.name = machine.name;
    this.where = machine.where;
    this.last = failed(unasked(machine), new Error('nothing was asked'));
  }

  async run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    this.last = await ask(this.#machine, command, options);
    return valueOf(this.last);
  }

  openShell(): Promise<Shell> {
    return this.#machine.openShell();
  }

  async close(): Promise<void> {
    // belongs to who opened it
  }
}

function unasked({ name: machine }: Machine) {
  return {
    machine,
    command: sh``,
    sudo: false,
    output: undefined,
    text: '',
    duration: 0,
    at: Date.now(),
    leanedOn: [],
  };
}
