import { setTimeout as sleep } from 'node:timers/promises';
import type { Bundle } from '../bundle/bundle.ts';
import { detectClient } from '../client/client.ts';
import { FactReader } from '../facts/fact.ts';
import type { Lab } from '../lab/lab.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { sh } from '../machines/command.ts';
import type { Connectable } from '../machines/away-machine.ts';
import { ApiServerSilent, CommandFailed, MachineError, type MachineUnreachable } from '../machines/errors.ts';
import type { Machine } from '../machines/machine.ts';
import type { RecordedRequest, RecordedSituation } from '../machines/recorded/recording.ts';
import type { LabContext } from '../plan/lab-context.ts';

/** How long a machine that went away, to reboot for example, is waited for. Milliseconds. */
const PATIENCE = 300_000;
/** How long one that cannot be reached at all is waited for: the lab file may be wrong as well. Milliseconds. */
const STARTING = 10_000;

export interface OpenOptions {
  /** What stands for a node that cannot be reached; without it, the lab cannot be opened. The client has to be there. */
  readonly whenAway?: ((machine: Connectable, failure: MachineUnreachable) => Machine) | undefined;
}

/** Opens each machine of a lab: its nodes by name, and `client`. Throws MachineError. */
export type OpenMachines = (
  lab: Lab,
  signal: AbortSignal,
  options?: OpenOptions,
) => Promise<ReadonlyMap<string, Machine>>;

/** A lab that can be worked on. */
export interface LabAccess {
  readonly lab: Lab;
  readonly bundle: Bundle;
  readonly open: OpenMachines;
  /** Set when the machines are those of a recording. */
  readonly recording?: RecordingLabel;
}

/** What a recorded lab is labelled with, wherever it shows. */
export interface RecordingLabel {
  /** When it was made: ISO 8601. */
  readonly recorded: string;
  readonly hoplab: string;
  /** Versions by component. */
  readonly versions: Readonly<Record<string, string>>;
  /** How many times faster than it was; Infinity: at once. May be set while it plays. */
  speed: number;
  /** The requests that were made in the state that it is in: their kernels' words can be played. */
  readonly requests: () => readonly RecordedRequest[];
  /** Faults that were made on the finished lab, each with the path that was followed then. */
  readonly situations: readonly PlayedSituation[];
}

/** The machines of a recording while something was broken. */
export interface PlayedSituation extends Pick<RecordedSituation, 'id' | 'title' | 'target' | 'requests'> {
  readonly machines: ReadonlyMap<string, Machine>;
}

/** The open connections of a lab, and what stages and checks work with. */
export class Session {
  readonly context: LabContext;
  readonly facts: FactReader;
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #signal: AbortSignal;

  private constructor(parts: {
    machines: ReadonlyMap<string, Machine>;
    facts: FactReader;
    context: LabContext;
    signal: AbortSignal;
  }) {
    this.#machines = parts.machines;
    this.facts = parts.facts;
    this.context = parts.context;
    this.#signal = parts.signal;
  }

  /** Opens a lab whose machines may be starting: one that cannot be reached is waited for, ten seconds long, and told once. */
  static async openPatiently(
    access: LabAccess,
    signal: AbortSignal,
    tell: (error: MachineError) => void,
  ): Promise<Session> {
    const until = performance.now() + STARTING;
    for (let tries = 0; ; tries += 1) {
      try {
        return await Session.open(access, signal);
      } catch (error) {
        const starting = error instanceof MachineError && error.retryable;
        if (!starting || performance.now() > until || signal.aborted) throw error;
        if (tries === 0) tell(error);
        await sleep(1000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  static async open({ lab, bundle, open }: LabAccess, signal: AbortSignal, options?: OpenOptions): Promise<Session> {
    const machines = await open(lab, signal, options);
    const facts = new FactReader({ signal });
    const machine = (name: string): Machine => {
      const found = machines.get(name);
      if (!found) throw new Error(`no machine ${name} in this lab`);
      return found;
    };
    const client = await detectClient(machine('client')).catch(async (error: unknown) => {
      await closeAll(machines);
      throw error;
    });
    const context: LabContext = {
      lab,
      bundle,
      client,
      machine,
      read: (name, fact) => facts.read(machine(name), fact),
    };
    return new Session({ machines, facts, context, signal });
  }

  /**
   * Waits until the machine of an error answers again, or its API server where that did not answer. @throws its last error
   * when it does not within five minutes.
   */
  async waitFor(away: MachineError): Promise<void> {
    const until = performance.now() + PATIENCE;
    const machine = this.context.machine(away.machine);
    const sudo = away instanceof ApiServerSilent;
    const ask = sudo ? kubectl`get --raw /readyz` : sh`true`;
    for (;;) {
      try {
        await machine.run(ask, { sudo, timeout: 15_000, signal: this.#signal });
        return;
      } catch (error) {
        const hopeless = !(error instanceof MachineError) || !(error.retryable || error instanceof CommandFailed);
        if (hopeless || this.#signal.aborted) throw error;
        if (performance.now() > until) throw sudo ? away : error;
        await sleep(1000, undefined, { signal: this.#signal }).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    await closeAll(this.#machines);
  }
}

async function closeAll(machines: ReadonlyMap<string, Machine>): Promise<void> {
  await Promise.all([...machines.values()].map((machine) => machine.close()));
}
