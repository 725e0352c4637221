import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { TerminalOutput } from '../contract/terminals.ts';
import type { Shell } from '../machines/machine.ts';
import { Changes, follow } from './changes.ts';
import { LINGER } from './open-labs.ts';
import { noSuchTerminal } from './refusals.ts';

/** Characters that a terminal keeps for who subscribes late. */
const KEPT = 64 << 10;
/** Milliseconds between two pieces: a screenful of output comes as one. */
const PAUSE = 8;

/** The shells that windows have open. One whose window has gone is closed: none comes back to it. */
export class Terminals {
  readonly #open = new Map<string, Terminal>();
  readonly #linger: number;

  constructor(linger = LINGER) {
    this.#linger = linger;
  }

  /** @param of the lab that it ends with, and the machine there; undefined: it does not belong to a lab */
  add(shell: Shell, of?: { readonly lab: string; readonly machine: string }): string {
    const id = randomUUID();
    this.#open.set(id, new Terminal(shell, of));
    return id;
  }

  write(id: string, data: string): void {
    this.#get(id).shell.write(data);
  }

  resize(id: string, columns: number, rows: number): void {
    this.#get(id).shell.resize(columns, rows);
  }

  async *output(id: string, signal: AbortSignal | undefined): AsyncGenerator<TerminalOutput, void, undefined> {
    const terminal = this.#get(id);
    clearTimeout(terminal.leaving);
    terminal.followers += 1;
    try {
      yield* terminal.follow(signal);
    } finally {
      terminal.followers -= 1;
      if (terminal.followers === 0) terminal.leaving = setTimeout(() => this.#forget(id), this.#linger).unref();
    }
  }

  /** Whether a shell of the lab runs. */
  has(lab: string): boolean {
    return [...this.#open.values()].some((terminal) => terminal.lab === lab && !terminal.ended);
  }

  /** Resolves when the shells of a lab that run now have ended. */
  async ended(lab: string): Promise<void> {
    const running = [...this.#open.values()].filter((terminal) => terminal.lab === lab);
    await Promise.all(running.map((terminal) => terminal.end()));
  }

  close(id: string): void {
    this.#get(id);
    this.#forget(id);
  }

  /** Closes those of a lab, or of one of its machines; without one, all. */
  closeAll(lab?: string, machine?: string): void {
    for (const [id, terminal] of this.#open) {
      const isMeant = machine === undefined || terminal.machine === machine;
      if (lab === undefined || (terminal.lab === lab && isMeant)) this.close(id);
    }
  }

  #forget(id: string): void {
    const terminal = this.#open.get(id);
    clearTimeout(terminal?.leaving);
    this.#open.delete(id);
    terminal?.shell.close();
    terminal?.finish();
  }

  #get(id: string): Terminal {
    const terminal = this.#open.get(id);
    if (!terminal) throw noSuchTerminal();
    return terminal;
  }
}

class Terminal {
  readonly shell: Shell;
  readonly lab: string | undefined;
  readonly machine: string | undefined;
  followers = 0;
  /** Set while nobody follows it any more. */
  leaving: NodeJS.Timeout | undefined;
  readonly #changes = new Changes();
  /** What was printed, from the character that `#start` counts on. */
  #text = '';
  #start = 0;

  constructor(shell: Shell, of?: { readonly lab: string; readonly machine: string }) {
    this.shell = shell;
    this.lab = of?.lab;
    this.machine = of?.machine;
    const decoder = new StringDecoder('utf8');
    shell.output.on('data', (piece: Buffer | string) => this.#add(decoder.write(Buffer.from(piece))));
    shell.output.once('close', () => this.#changes.end());
    shell.output.on('error', () => this.#changes.end());
  }

  get ended(): boolean {
    return this.#changes.ended;
  }

  /** Nothing is read of it any more. */
  finish(): void {
    this.#changes.end();
  }

  /** Resolves when it has ended. */
  async end(): Promise<void> {
    while (!this.ended) await this.#changes.after(this.#changes.version, undefined);
  }

  async *follow(signal: AbortSignal | undefined): AsyncGenerator<TerminalOutput, void, undefined> {
    let next = 0;
    const take = (): TerminalOutput | undefined => {
      const text = this.#text.slice(Math.max(0, next - this.#start));
      next = this.#start + this.#text.length;
      return text === '' ? undefined : { text, ended: false };
    };
    yield* follow(this.#changes, take, { signal, pause: PAUSE });
    if (!signal?.aborted) yield { text: '', ended: true };
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length > 2 * KEPT) {
      this.#start += this.#text.length - KEPT;
      this.#text = this.#text.slice(-KEPT);
    }
    this.#changes.tell();
  }
}
