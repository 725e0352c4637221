import { kubeProxyRules } from '../../src-main/facts/kube-proxy-rules.ts';
import type { ShellCommand } from '../../src-main/machines/command.ts';
import { CommandFailed } from '../../src-main/machines/errors.ts';
import type { Machine, Output, Printed, RunOptions, Shell } from '../../src-main/machines/machine.ts';
import type { LargeLab } from './large-lab.ts';

const NO_TABLE = 'Error: No such file or directory';

/** A machine of a generated lab. The control plane's goes on telling what `tell` is given, as a watch does. */
export class LargeMachine implements Machine {
  readonly name: string;
  readonly where = 'generated';
  readonly #lab: LargeLab;
  readonly #watching = new Set<(text: string) => void>();

  constructor(name: string, lab: LargeLab) {
    this.name = name;
    this.#lab = lab;
  }

  /** Says something to whoever watches the cluster. */
  tell(text: string): void {
    for (const watch of this.#watching) watch(text);
  }

  async run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    if (command.includes('--output-watch-events')) return this.#watch(options, this.#lab.beginning());
    if (command.startsWith('ip monitor')) return this.#watch(options, '');
    const output = { ...this.#answer(command), ...past() };
    const { accept = [0] } = options;
    if (accept === 'any' || accept.includes(output.exitCode)) return output;
    throw new CommandFailed(this.name, `${this.name}: exit code ${String(output.exitCode)}`, { command, output });
  }

  async openShell(): Promise<Shell> {
    throw new Error('a generated machine has no shell');
  }

  async close(): Promise<void> {
    // nothing is open
  }

  #answer(command: ShellCommand): Printed {
    // kube-proxy has its rules in iptables
    if (command === kubeProxyRules.command) return { stdout: '', stderr: `${NO_TABLE}\n`, exitCode: 1 };
    const stdout = this.#lab.answer(command, this.name);
    return { stdout: stdout ?? '', stderr: '', exitCode: stdout === undefined ? 127 : 0 };
  }

  async #watch({ onOutput, signal }: RunOptions, beginning: string): Promise<Output> {
    const watch = (text: string) => onOutput?.({ stream: 'stdout', text });
    if (beginning !== '') {
      watch(beginning);
      this.#watching.add(watch);
    }
    await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    this.#watching.delete(watch);
    return { stdout: '', stderr: '', exitCode: 0, ...past() };
  }
}

function past(): { duration: number; at: number } {
  return { duration: 1, at: Date.now() };
}
