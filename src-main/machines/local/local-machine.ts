import type { ShellCommand } from '../command.ts';
import { ConnectionLost } from '../errors.ts';
import type { Machine, Output, RunOptions, Shell, ShellOptions } from '../machine.ts';
import { administratorPrefix, DIALOG_CLOSED } from './administrator.ts';
import { openLocalShell } from './local-shell.ts';
import { startLocalProcess } from './local-process.ts';
import type { Process, ProcessHost } from '../process/process.ts';
import { runProcess } from '../process/run-process.ts';
import { Sudo } from '../process/sudo.ts';

export interface LocalMachineOptions {
  readonly name: string;
  /** How root is got; default 'passwordless'. Ignored when Hoplab itself runs as root. */
  readonly sudo?: 'passwordless' | 'password';
  readonly sudoPassword?: (machine: string) => Promise<string | undefined>;
  /** What macOS's own dialog says in place of asking for that password: what for. */
  readonly administrator?: string | undefined;
}

/** This computer as a machine. */
export function openLocalMachine(options: LocalMachineOptions): Machine {
  return new LocalMachine(options);
}

function dialogOf(prompt: string) {
  return { words: administratorPrefix(prompt), refused: DIALOG_CLOSED };
}

class LocalMachine implements Machine, ProcessHost {
  readonly name: string;
  readonly where = 'this computer';
  readonly sudo: Sudo;
  readonly #closing = new AbortController();
  readonly closing = this.#closing.signal;
  readonly #running = new Set<Promise<unknown>>();
  readonly #shells = new Set<Shell>();

  constructor({ name, sudo = 'passwordless', sudoPassword, administrator }: LocalMachineOptions) {
    this.name = name;
    this.sudo = new Sudo({
      machine: name,
      mode: process.getuid?.() === 0 ? 'root' : sudo,
      password: async () => sudoPassword?.(name),
      dialog: administrator === undefined ? undefined : dialogOf(administrator),
      run: (command, run) => this.run(command, run),
    });
  }

  async run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    if (this.closing.aborted) throw this.#closed();
    const running = runProcess(this, command, options);
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
    return running;
  }

  async start(command: ShellCommand): Promise<Process> {
    return startLocalProcess(command);
  }

  async openShell(options: ShellOptions = {}): Promise<Shell> {
    if (this.closing.aborted) throw this.#closed();
    const shell = await openLocalShell(this.name, options);
    this.#shells.add(shell);
    shell.output.once('close', () => this.#shells.delete(shell));
    return shell;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const shell of this.#shells) shell.close();
    await Promise.all(this.#running);
  }

  #closed(): ConnectionLost {
    return new ConnectionLost(this.name, `${this.name}: the machine was closed.`);
  }
}
