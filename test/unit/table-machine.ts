import { CertificateAuthority } from '../../src-main/authority/certificate-authority.ts';
import type { Question } from '../../src-main/checks/check.ts';
import type { Client } from '../../src-main/client/client.ts';
import { linuxClient } from '../../src-main/client/linux/linux-client.ts';
import type { Bundle } from '../../src-main/bundle/bundle.ts';
import { FactReader } from '../../src-main/facts/fact.ts';
import type { Lab } from '../../src-main/lab/lab.ts';
import type { ShellCommand } from '../../src-main/machines/command.ts';
import { CommandFailed } from '../../src-main/machines/errors.ts';
import type { Machine, Output, RunOptions, Shell } from '../../src-main/machines/machine.ts';
import type { LabContext } from '../../src-main/plan/lab-context.ts';
import { bare } from './bare-machine.ts';

export interface Reply {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

/** What a machine says to a command; undefined: what a bare machine says. */
export type Replies = (command: string, machine: string) => Reply | undefined;

const NOT_FOUND: Reply = { stderr: 'sh: not found\n', exitCode: 127 };

/** A machine that runs nothing and answers out of a table. */
export class TableMachine implements Machine {
  readonly name: string;
  readonly where = 'a table';
  readonly #replies: Replies;

  constructor(name: string, replies: Replies) {
    this.name = name;
    this.#replies = replies;
  }

  async run(command: ShellCommand, { accept = [0] }: RunOptions = {}): Promise<Output> {
    const { stdout = '', stderr = '', exitCode = 0 } = this.#replies(command, this.name) ?? bare(command) ?? NOT_FOUND;
    const output = { stdout, stderr, exitCode, duration: 1, at: Date.now() };
    if (accept === 'any' || accept.includes(exitCode)) return output;
    throw new CommandFailed(this.name, `${this.name}: exit code ${exitCode}`, { command, output });
  }

  async openShell(): Promise<Shell> {
    throw new Error('a table has no shell');
  }

  async close(): Promise<void> {
    // nothing is open
  }
}

/** What stages work with, over machines that answer out of a table; each fact is read anew. */
export function contextOf(parts: { lab: Lab; bundle: Bundle; replies: Replies; client?: Client }): LabContext {
  const { lab, bundle, replies, client = linuxClient() } = parts;
  const machine = (name: string) => new TableMachine(name, replies);
  return {
    authority: new CertificateAuthority(),
    lab,
    bundle,
    client,
    machine,
    read: (name, fact) => new FactReader().read(machine(name), fact),
  };
}

/** What a check works with, over machines that answer out of a table. */
export function questionOf(context: LabContext, machineName: string): Question {
  return {
    ...context,
    machineName,
    readFresh: (machine, fact) => context.read(machine, fact),
    async run(command, { machine = machineName } = {}) {
      const { stdout, stderr, exitCode } = await context.machine(machine).run(command, { accept: 'any' });
      return { machine, command, stdout, stderr, exitCode, duration: 1, at: new Date().toISOString() };
    },
  };
}
