import type { ClientChannel } from 'ssh2';
import type { ShellCommand } from '../command.ts';
import type { Connectable } from '../away-machine.ts';
import { CommandFailed, MachineUnreachable } from '../errors.ts';
import { cancelled } from '../process/run-failure.ts';
import type { Process, ProcessHost, StartOptions } from '../process/process.ts';
import { QuickCommands } from '../process/quick-commands.ts';
import { runProcess } from '../process/run-process.ts';
import { Sudo } from '../process/sudo.ts';
import { within } from '../process/within.ts';
import type { Machine, Output, RunOptions, Shell, ShellOptions } from '../machine.ts';
import { ChannelOpener } from './channel-opener.ts';
import type { Connection } from './ssh-connection.ts';
import { where, type Route } from './route.ts';
import { sshProcess } from './ssh-process.ts';
import { sshShell } from './ssh-shell.ts';

/** A shell keeps a channel for as long as a person likes; some must stay for commands. */
const SHELLS = 4;
/** Milliseconds in which what runs on a machine is killed before its connection ends: sshd would let it go on. */
const KILLING = 3000;

export interface SshMachineOptions extends Route {
  /** Aborting it ends the first connection attempt. */
  readonly signal?: AbortSignal | undefined;
  /** What stands for the machine when it cannot be reached; without it, that is an error. */
  readonly whenAway?: ((machine: Connectable, failure: MachineUnreachable) => Machine) | undefined;
}

/** Connects to a machine. After a lost connection the next command connects again. @throws MachineError */
export async function openSshMachine({ signal, whenAway, ...route }: SshMachineOptions): Promise<Machine> {
  const machine = new SshMachine(route);
  try {
    await machine.connect(signal);
    return machine;
  } catch (error) {
    if (whenAway && error instanceof MachineUnreachable) return whenAway(machine, error);
    await machine.close();
    throw error;
  }
}

class SshMachine implements Connectable, ProcessHost {
  readonly name: string;
  readonly where: string;
  readonly sudo: Sudo;
  readonly #channels: ChannelOpener;
  readonly #quick: QuickCommands;
  readonly #closing = new AbortController();
  readonly closing = this.#closing.signal;
  readonly #running = new Set<Promise<unknown>>();
  #shells = 0;

  constructor(route: Route) {
    const { name, access, secrets } = route;
    this.name = name;
    this.where = where(route);
    this.#channels = new ChannelOpener(route);
    this.#quick = new QuickCommands(name, (command, options) => runProcess(this, command, options));
    this.sudo = new Sudo({
      machine: name,
      mode: access.user === 'root' ? 'root' : access.sudo,
      password: () => secrets.sudoPassword(name),
      run: (command, options) => this.run(command, options),
    });
  }

  async connect(signal?: AbortSignal): Promise<void> {
    await this.#channels.connect(signal);
  }

  run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    return options.quick ? this.#quick.run(command, options) : runProcess(this, command, options);
  }

  async start(command: ShellCommand, { signal, urgent = false }: StartOptions = {}): Promise<Process> {
    const { value, release } = await this.#channels.open((connection) => exec(connection, command), { signal, urgent });
    this.#running.add(value.ended);
    void value.ended.then(() => {
      this.#running.delete(value.ended);
      release();
    });
    return value;
  }

  async openShell({ columns = 80, rows = 24, signal }: ShellOptions = {}): Promise<Shell> {
    if (signal?.aborted) throw cancelled(this.name);
    if (this.#shells >= SHELLS) throw tooManyShells(this.name);
    this.#shells += 1;
    try {
      const open = (connection: Connection) => terminal(connection, columns, rows);
      const { value, release } = await this.#channels.open(open, { signal, urgent: false });
      value.once('close', () => this.#shellClosed(release));
      return sshShell(value, signal);
    } catch (error) {
      this.#shells -= 1;
      throw error;
    }
  }

  #shellClosed(release: () => void): void {
    this.#shells -= 1;
    release();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await within(KILLING, Promise.all(this.#running));
    await this.#channels.close();
  }
}

function exec(connection: Connection, command: string): Promise<Process> {
  return new Promise((resolve, reject) => {
    connection.client.exec(command, (error, channel) => {
      // Listens at once: the exit code may be in the same packet as the permission to start.
      if (error) reject(error);
      else resolve(sshProcess(channel, () => connection.lost));
    });
  });
}

function terminal({ client }: Connection, cols: number, rows: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const size = { term: 'xterm-256color', cols, rows, width: 0, height: 0 };
    client.shell(size, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

function tooManyShells(machine: string): CommandFailed {
  return new CommandFailed(machine, `${machine}: ${SHELLS} shells are open; close one first.`);
}
