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
  /** Labs that were replaced, whose shells still run. */
  readonly #retiring = new Set<Promise<void>>();
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

  /** Takes the lab that is open, or loads it. @throws what `load` throws */
  async open(id: LabId, load: () => Promise<OpenLab>): Promise<OpenLab> {
    const held: Held = this.#held.get(id) ?? { id, opening: load(), followers: 0 };
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

  /**
   * Puts another lab in the place of one that is open, whose streams end: its file describes another one now. Shells go on until they
   * end, but on machines that are none of it any more. @throws Refused while a rollout runs; what `load` throws
   */
  async replace(id: LabId, load: (old: OpenLab) => Promise<OpenLab>): Promise<void> {
    const held = this.#get(id);
    const old = await held.opening;
    if (old.runs) throw rolloutRuns();
    if (this.#held.get(id) !== held) return; // somebody was faster
    clearTimeout(held.timer);
    const next: Held = { id, opening: load(old), followers: 0 };
    this.#held.set(id, next);
    try {
      next.lab = await next.opening;
      this.#letGoLater(next);
    } catch (error) {
      if (this.#held.get(id) === next) this.#held.delete(id);
      throw error;
    } finally {
      await this.#retire(id, old, next.lab);
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
    await Promise.all(this.#retiring);
  }

  async #retire(id: LabId, old: OpenLab, next: OpenLab | undefined): Promise<void> {
    const left = new Set(next?.machines);
    for (const machine of old.machines) if (!left.has(machine)) this.#terminals.closeAll(id, machine);
    old.retire();
    const retired = this.#terminals
      .ended(id)
      .then(() => old.close())
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
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
