import type { LabState } from '../contract/lab-session.ts';
import { AwayMachine } from '../machines/away-machine.ts';
import type { Machine } from '../machines/machine.ts';
import { WatchedMachine } from '../machines/watched-machine.ts';
import { unlessCancelled } from '../machines/process/unless-cancelled.ts';
import { Session, type LabAccess } from '../rollout/session.ts';
import { Changes } from './changes.ts';
import { notOpen } from './refusals.ts';
import { explanationOf } from './refused.ts';

type State = LabState['connection'];

/** The open machines of a lab, which its rollouts, checks, terminals and picture share. */
export class Connection {
  readonly changes = new Changes();
  readonly #prepare: () => Promise<LabAccess>;
  readonly #arrived: () => void;
  readonly #emptyToo: boolean;
  readonly #closing = new AbortController();
  #state: Omit<State, 'away'> = { state: 'closed', failure: null };
  #away: readonly AwayMachine[] = [];
  #watched: readonly WatchedMachine[] = [];
  #session: Promise<Session> | undefined;

  /**
   * @param prepare tells how the lab is got at; asked anew after it failed @throws BundleError
   * @param arrived called when a node that was away has been reached
   * @param emptyToo a lab of which all nodes are away is opened as well: the client may still tell something
   */
  constructor(prepare: () => Promise<LabAccess>, arrived: () => void = () => undefined, emptyToo = false) {
    this.#prepare = prepare;
    this.#arrived = arrived;
    this.#emptyToo = emptyToo;
  }

  get state(): State {
    const failures = [...this.#away, ...this.#watched].flatMap(({ failure }) => failure ?? []);
    return { ...this.#state, away: failures.map(explanationOf) };
  }

  /** Aborted when the lab is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Connects where that has not been done or has failed. Nodes may be away, but (unless `emptyToo`) not all of them: what those are asked fails until
   * they are reached. @throws MachineError, BundleError; Refused once it is closed
   */
  session(): Promise<Session> {
    if (this.#closing.signal.aborted) return Promise.reject(notOpen());
    this.#session ??= this.#connect();
    return this.#session;
  }

  /**
   * The lab with what is open already: for rollouts, which close what they open, and need every machine. @throws BundleError; to
   * open it, MachineError
   */
  async shared(): Promise<LabAccess> {
    return {
      ...(await this.#prepare()),
      open: async (lab, signal) => {
        const { context } = await unlessCancelled('client', this.session(), signal);
        const names = [...lab.nodes.map(({ name }) => name), 'client'];
        const away = this.#away.filter(({ name }) => names.includes(name));
        await unlessCancelled('client', Promise.all(away.map((machine) => machine.reach())), signal);
        return new Map(names.map((name) => [name, kept(context.machine(name))]));
      },
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const session = await this.#session?.catch(() => undefined);
    await session?.close();
    this.changes.end();
  }

  async #connect(): Promise<Session> {
    this.#tell({ state: 'connecting', failure: null });
    try {
      const away: AwayMachine[] = [];
      const access = await this.#prepare();
      const open: LabAccess['open'] = async (...asked) => this.#watch(await access.open(...asked));
      const session = await Session.open({ ...access, open }, this.#closing.signal, {
        whenAway: (machine, failure) => {
          const stand = new AwayMachine(machine, failure, () => this.#reached());
          away.push(stand);
          return stand;
        },
      });
      const { nodes } = session.context.lab;
      const [first] = away;
      if (!this.#emptyToo && first?.failure && away.length === nodes.length) {
        await session.close();
        throw first.failure;
      }
      this.#away = nodes.flatMap(({ name }) => away.find((machine) => machine.name === name) ?? []);
      this.#tell({ state: 'open', failure: null });
      return session;
    } catch (error) {
      this.#session = undefined;
      this.#tell({ state: 'failed', failure: explanationOf(error) });
      throw error;
    }
  }

  /** Machines whose loss is told, and their return. */
  #watch(machines: ReadonlyMap<string, Machine>): ReadonlyMap<string, Machine> {
    const watched = [...machines.values()].map((machine) => {
      const one: WatchedMachine = new WatchedMachine(machine, () => {
        if (this.#closing.signal.aborted) return;
        if (one.failure) this.changes.tell();
        else this.#reached();
      });
      return one;
    });
    this.#watched = watched;
    return new Map(watched.map((machine) => [machine.name, machine]));
  }

  #reached(): void {
    this.changes.tell();
    this.#arrived();
  }

  #tell(state: Omit<State, 'away'>): void {
    this.#state = state;
    this.changes.tell();
  }
}

/** A machine that stays open when its user closes it. */
function kept(machine: Machine): Machine {
  return {
    name: machine.name,
    where: machine.where,
    run: (command, options) => machine.run(command, options),
    openShell: (options) => machine.openShell(options),
    close: async () => undefined,
  };
}
