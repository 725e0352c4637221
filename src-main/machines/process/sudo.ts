import { sh, type ShellCommand } from '../command.ts';
import { SudoRefused } from '../errors.ts';
import type { Output, RunOptions } from '../machine.ts';

/** What comes before a command to run it as root, and the line that sudo reads from stdin before the command does. */
export interface SudoPrefix {
  readonly words: ShellCommand;
  readonly firstLine?: string;
}

export type SudoMode = 'root' | 'passwordless' | 'password';

interface SudoOptions {
  readonly machine: string;
  /** 'root': the user is root already. */
  readonly mode: SudoMode;
  readonly password: () => Promise<string | undefined>;
  /** In place of a password: what the system asks an administrator with, and what it says where that was refused. */
  readonly dialog?: { readonly words: ShellCommand; readonly refused: string } | undefined;
  /** Runs without sudo. */
  readonly run: (command: ShellCommand, options: RunOptions) => Promise<Output>;
}

const WITHOUT_PASSWORD = sh`sudo -n --`;
/** -k: a remembered login would leave the password unread, for the command to find in its input. */
const WITH_PASSWORD = sh`sudo -k -S -p '' --`;

/** How root is got on one machine. Knows nothing before the first sudo, and asks for the password once. */
export class Sudo {
  readonly #options: SudoOptions;
  #decided: Promise<SudoPrefix | undefined> | undefined;

  constructor(options: SudoOptions) {
    this.#options = options;
  }

  /** @throws SudoRefused when the password is wrong or was not given. */
  prefix(): Promise<SudoPrefix | undefined> {
    if (this.#decided) return this.#decided;
    const decided = this.#decide();
    this.#decided = decided;
    decided.catch(() => {
      if (this.#decided === decided) this.#decided = undefined;
    });
    return decided;
  }

  /** Whether it was sudo, and not the command, that failed. Asks sudo itself: its sentences differ between versions. */
  async refusal(prefix: SudoPrefix, failed: Output): Promise<SudoRefused | undefined> {
    if (![1, 127].includes(failed.exitCode) || !failed.stderr.includes('sudo')) return undefined;
    const { words, firstLine } = prefix;
    const { dialog } = this.#options;
    if (words === dialog?.words) return failed.stderr.includes(dialog.refused) ? this.#refused(failed) : undefined;
    const probe = await this.#probe(words === WITHOUT_PASSWORD ? sh`sudo -k -n --` : words, firstLine);
    if (probe.exitCode === 0) return undefined;
    this.#decided = undefined;
    return this.#refused(probe);
  }

  async #decide(): Promise<SudoPrefix | undefined> {
    const { mode } = this.#options;
    if (mode === 'root') return undefined;
    if (mode === 'passwordless') return { words: WITHOUT_PASSWORD };
    if ((await this.#probe(sh`sudo -k -n --`)).exitCode === 0) return { words: WITHOUT_PASSWORD };
    const { dialog } = this.#options;
    return dialog ? { words: dialog.words } : this.#withPassword();
  }

  async #withPassword(): Promise<SudoPrefix> {
    const { machine, password: ask } = this.#options;
    const password = await ask();
    if (password === undefined) throw new SudoRefused(machine, `${machine}: sudo needs a password and none was given.`);
    if (/[\n\r\0]/.test(password))
      throw new SudoRefused(machine, `${machine}: the sudo password has more than one line.`);
    const probe = await this.#probe(WITH_PASSWORD, password);
    if (probe.exitCode !== 0) throw this.#refused(probe);
    return { words: WITH_PASSWORD, firstLine: password };
  }

  #probe(words: ShellCommand, firstLine?: string): Promise<Output> {
    const input = firstLine === undefined ? '' : `${firstLine}\n`;
    return this.#options.run(`${words} env sh -c :` as ShellCommand, { accept: 'any', input });
  }

  #refused(output: Output): SudoRefused {
    const { machine, mode } = this.#options;
    const reason = {
      root: 'sudo was refused',
      passwordless: 'sudo wants a password or is not allowed',
      password: 'sudo refused the password or the user',
    };
    return new SudoRefused(machine, `${machine}: ${reason[mode]}.`, { output });
  }
}
