import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { hostKey, type HostKey } from '../../src-main/machines/known-hosts.ts';
import { openLocalMachine } from '../../src-main/machines/local/local-machine.ts';
import { sh } from '../../src-main/machines/command.ts';
import type { Machine } from '../../src-main/machines/machine.ts';
import { sshdProgram } from '../machines/sshd-program.ts';

/** A real LAN of network namespaces on a bridge, each with kernel tables of its own; some have a real sshd. */
export class Lan {
  readonly #prefix = `hp${process.pid}`;
  readonly #folder = mkdtempSync('/run/hoplab-lan-');
  readonly #sshds: ChildProcess[] = [];
  readonly #names: string[] = [];

  constructor() {
    chmodSync(this.#folder, 0o755);
    mkdirSync('/run/sshd', { recursive: true });
    this.#namespace('lan');
    this.exec('lan', 'ip link add br0 type bridge && ip link set br0 up');
  }

  /** Joins a machine with an address of 10.77.0.0/24. */
  join(name: string, address: string): void {
    this.#namespace(name);
    const port = `${this.#prefix}${this.#names.length}`;
    ip([
      'link',
      'add',
      port,
      'netns',
      this.#ns('lan'),
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      this.#ns(name),
    ]);
    this.exec('lan', `ip link set ${port} master br0 up && ip link set ${port} alias ${name}`);
    this.exec(name, `ip link set lo up && ip addr add ${address}/24 dev eth0 && ip link set eth0 up`);
  }

  /** Starts sshd there, with a host key of its own. */
  async serveSsh(name: string): Promise<HostKey> {
    const program = sshdProgram();
    if (typeof program === 'string') throw new Error(program);
    const key = join(this.#folder, `${name}-key`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const config = join(this.#folder, `${name}.conf`);
    writeFileSync(config, `Port 22\nHostKey ${key}\nPidFile none\nUsePAM no\n`);
    const [command, ...words] = ['ip', 'netns', 'exec', this.#ns(name), ...program.words, '-D', '-e', '-f', config];
    this.#sshds.push(spawn(command, words, { env: program.env, stdio: 'ignore' }));
    for (let tries = 0; tries < 50 && !this.exec(name, 'ss -Htln').includes(':22 '); tries += 1) await sleep(100);
    return hostKey(Buffer.from(readFileSync(`${key}.pub`, 'utf8').split(' ')[1] ?? '', 'base64'));
  }

  machine(name: string): Machine {
    const here = openLocalMachine({ name });
    const inside = (command: string) => sh`ip netns exec ${this.#ns(name)} sh -c ${command}`;
    return {
      name,
      where: `the namespace ${name}`,
      run: (command, options) => here.run(inside(command), { ...options, sudo: false }),
      openShell: () => here.openShell(),
      close: () => here.close(),
    };
  }

  /** What a command prints there. */
  exec(name: string, command: string): string {
    return execFileSync('ip', ['netns', 'exec', this.#ns(name), 'sh', '-c', command], { encoding: 'utf8' });
  }

  /** Takes away everything, whatever of it there is. */
  close(): void {
    for (const sshd of this.#sshds) sshd.kill();
    for (const name of this.#names) ip(['netns', 'del', this.#ns(name)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #namespace(name: string): void {
    ip(['netns', 'add', this.#ns(name)]);
    this.#names.push(name);
  }

  #ns(name: string): string {
    return `${this.#prefix}-${name}`;
  }
}

function ip(words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** Why there can be no such LAN here; undefined: there can. */
export function lanMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    execFileSync('ip', ['netns', 'add', `hp${process.pid}-probe`], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', `hp${process.pid}-probe`], { stdio: 'pipe' });
  } catch {
    return 'network namespaces cannot be made here';
  }
  const program = sshdProgram();
  return typeof program === 'string' ? program : undefined;
}
