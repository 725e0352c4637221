import { setTimeout as sleep } from 'node:timers/promises';
import { CertificateAuthority } from '../authority/certificate-authority.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { OWN_ARCH, type Arch } from '../bundle/bundle-index.ts';
import { detectClient } from '../client/client.ts';
import type { DownloadListener, OnlineBundle } from '../downloads/online-bundle.ts';
import { FactReader } from '../facts/fact.ts';
import { system } from '../facts/system.ts';
import type { Lab } from '../lab/lab.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { sh } from '../machines/command.ts';
import type { Connectable } from '../machines/away-machine.ts';
import { ApiServerSilent, CommandFailed, MachineError, type MachineUnreachable } from '../machines/errors.ts';
import type { Machine } from '../machines/machine.ts';
import type { RecordedRequest, RecordedSituation } from '../machines/recorded/recording.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { PATIENCE, patienceWithApiServer } from './patience.ts';

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

/** What is to be installed on nodes of these architectures; of what the catalogue does not say nothing is asked yet. */
export type OpenOnline = (arch: readonly Arch[], signal: AbortSignal) => OnlineBundle;

/** A lab that can be worked on. */
export interface LabAccess {
  readonly lab: Lab;
  readonly bundle: Bundle | OpenOnline;
  readonly open: OpenMachines;
  /** Default: one that is forgotten with the session. */
  readonly authority?: CertificateAuthority;
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
  readonly #online: OnlineBundle | undefined;

  private constructor(parts: {
    machines: ReadonlyMap<string, Machine>;
    facts: FactReader;
    context: LabContext;
    signal: AbortSignal;
    online: OnlineBundle | undefined;
  }) {
    this.#machines = parts.machines;
    this.facts = parts.facts;
    this.context = parts.context;
    this.#signal = parts.signal;
    this.#online = parts.online;
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

  static async open(access: LabAccess, signal: AbortSignal, options?: OpenOptions): Promise<Session> {
    const { lab, bundle, open, authority = new CertificateAuthority() } = access;
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
    const read: LabContext['read'] = (name, fact) => facts.read(machine(name), fact);
    try {
      const online = typeof bundle === 'function' ? bundle(await archsOf(lab, read), signal) : undefined;
      const installed = online ?? (bundle as Bundle);
      const context: LabContext = { lab, bundle: installed, client, authority, machine, read };
      return new Session({ machines, facts, context, signal, online });
    } catch (error) {
      await closeAll(machines);
      throw error;
    }
  }

  /** Tells of downloads, where there may be some. @returns what ends that */
  listen(listener: DownloadListener): () => void {
    return this.#online?.listen(listener) ?? (() => undefined);
  }

  /** What is installed, as its publishers have it; undefined where it comes from a bundle. */
  get online(): OnlineBundle | undefined {
    return this.#online;
  }

  /**
   * Waits until the machine of an error answers again, or its API server where that did not answer. @throws its last error
   * when it does not within five minutes, of an API server twenty after the boot of its node.
   */
  async waitFor(away: MachineError): Promise<void> {
    const machine = this.context.machine(away.machine);
    const sudo = away instanceof ApiServerSilent;
    const until = performance.now() + (sudo ? await patienceWithApiServer(machine, this.#signal) : PATIENCE);
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
    await Promise.all([closeAll(this.#machines), this.#online?.close()]);
  }
}

/** Architectures of the nodes that answer; of this computer where none does. */
async function archsOf({ nodes }: Lab, read: LabContext['read']): Promise<readonly Arch[]> {
  const found = await Promise.allSettled(nodes.map(({ name }) => read(name, system)));
  const archs = found.flatMap((one) =>
    one.status === 'fulfilled' && one.value.arch !== 'unknown' ? [one.value.arch] : [],
  );
  return archs.length > 0 ? [...new Set(archs)] : [OWN_ARCH];
}

async function closeAll(machines: ReadonlyMap<string, Machine>): Promise<void> {
  await Promise.all([...machines.values()].map((machine) => machine.close()));
}
