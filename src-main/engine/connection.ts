import type { LabState } from '../contract/lab-session.ts';
import type { Machine } from '../machines/machine.ts';
import { Session, type LabAccess } from '../rollout/session.ts';
import { Changes } from './changes.ts';
import { explanationOf } from './refused.ts';

type State = LabState['connection'];

/** The open machines of a lab, which its rollouts, checks, terminals and picture share. */
export class Connection {
  readonly changes = new Changes();
  state: State = { state: 'closed', failure: null };
  readonly #prepare: () => Promise<LabAccess>;
  readonly #closing = new AbortController();
  #session: Promise<Session> | undefined;

  /** @param prepare tells how the lab is got at; asked anew after it failed @throws BundleError */
  constructor(prepare: () => Promise<LabAccess>) {
    this.#prepare = prepare;
  }

  /** Aborted when the lab is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Connects where that has not been done or has failed. @throws MachineError, BundleError */
  session(): Promise<Session> {
    this.#session ??= this.#connect();
    return this.#session;
  }

  /** The lab with what is open already: for rollouts, which close what they open. @throws BundleError */
  async shared(): Promise<LabAccess> {
    return {
      ...(await this.#prepare()),
      open: async (lab) => {
        const { context } = await this.session();
        const names = [...lab.nodes.map(({ name }) => name), 'client'];
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
      const session = await Session.open(await this.#prepare(), this.#closing.signal);
      this.#tell({ state: 'open', failure: null });
      return session;
    } catch (error) {
      this.#session = undefined;
      this.#tell({ state: 'failed', failure: explanationOf(error) });
      throw error;
    }
  }

  #tell(state: State): void {
    this.state = state;
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
