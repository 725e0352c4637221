import type { LabId } from '../contract/labs.ts';
import type { OpenLab } from './open-lab.ts';
import { notOpen, rolloutRuns } from './refusals.ts';
import type { Terminals } from './open-terminals.ts';

/** Milliseconds for which what nobody follows any more stays open: who comes back soon finds it as it was. */
export const LINGER = 60_000;

interface Held {
  readonly id: LabId;
  readonly opening: Promise<OpenLab>;
  lab?: OpenLab;
  followers: number;
  timer?: NodeJS.Timeout;
}

/** The labs that are open. One that nobody follows, and in which nothing runs, is let go by itself. */
export class OpenLabs {
  readonly #held = new Map<LabId, Held>();
  readonly #terminals: Terminals;
  readonly #linger: number;

  constructor(terminals: Terminals, linger = LINGER) {
    this.#terminals = terminals;
    this.#linger = linger;
  }

  has(id: LabId): boolean {
    return this.#held.has(id);
  }

  /** Those that are opened already. */
  get all(): readonly OpenLab[] {
    return [...this.#held.values()].flatMap(({ lab }) => lab ?? []);
  }

  /**
   * Takes the lab that is open, or loads it, anew where a run has changed its file. @param load is given the lab as its file was
   * @throws what `load` throws
   */
  async open(id: LabId, load: (before: OpenLab | undefined) => Promise<OpenLab>): Promise<OpenLab> {
    const before = this.#held.get(id)?.lab;
    const outdated = before?.outdated === true && !before.runs ? before : undefined;
    if (outdated) await this.close(id).catch(() => undefined); // another window has just done it, or begun a rollout
    const held: Held = this.#held.get(id) ?? { id, opening: load(outdated), followers: 0 };
    this.#held.set(id, held);
    try {
      held.lab = await held.opening;
      this.#letGoLater(held);
      return held.lab;
    } catch (error) {
      if (this.#held.get(id) === held) this.#held.delete(id);
      throw error;
    }
  }

  /** @throws Refused when it is not open */
  get(id: LabId): Promise<OpenLab> {
    const held = this.#get(id);
    this.#letGoLater(held);
    return held.opening;
  }

  /** Reads a stream of a lab, which stays open as long as somebody does. @throws Refused when it is not open */
  async *follow<Piece>(
    id: LabId,
    stream: (lab: OpenLab) => AsyncIterable<Piece>,
  ): AsyncGenerator<Piece, void, undefined> {
    const held = this.#get(id);
    clearTimeout(held.timer);
    held.followers += 1;
    try {
      yield* stream(await held.opening);
    } finally {
      held.followers -= 1;
      this.#letGoLater(held);
    }
  }

  /** Ends its streams, terminals and connections. @throws Refused while a rollout runs, or when it is not open */
  async close(id: LabId): Promise<void> {
    const held = this.#get(id);
    const lab = await held.opening;
    if (lab.runs) throw rolloutRuns();
    clearTimeout(held.timer);
    if (this.#held.get(id) === held) this.#held.delete(id);
    this.#terminals.closeAll(id);
    await lab.close();
  }

  /** Stops rollouts and closes all of them. */
  async closeAll(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const { timer } of all) clearTimeout(timer);
    const opened = await Promise.allSettled(all.map(({ opening }) => opening));
    const labs = opened.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    await Promise.all(
      labs.map(async (lab) => {
        await lab.cancel();
        await lab.close();
      }),
    );
  }

  #get(id: LabId): Held {
    const held = this.#held.get(id);
    if (!held) throw notOpen();
    return held;
  }

  #letGoLater(held: Held): void {
    clearTimeout(held.timer);
    if (held.followers > 0 || this.#held.get(held.id) !== held) return;
    held.timer = setTimeout(() => {
      if (held.lab?.runs !== false || this.#terminals.has(held.id)) this.#letGoLater(held);
      else this.close(held.id).catch(() => this.#letGoLater(held)); // somebody has just begun a rollout
    }, this.#linger).unref();
  }
}
