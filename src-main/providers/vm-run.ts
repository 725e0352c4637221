import { setTimeout as sleep } from 'node:timers/promises';
import type { EventOf, RolloutEvent } from '../contract/events.ts';
import { COMPUTER, type Vm } from '../contract/machines.ts';
import { FactReader } from '../facts/fact.ts';
import type { LabNode } from '../lab/lab.ts';
import { AuthenticationRefused, MachineError } from '../machines/errors.ts';
import type { HostKey, KnownHosts } from '../machines/known-hosts.ts';
import type { Machine } from '../machines/machine.ts';
import { changesOf, type Plan } from '../plan/plan.ts';
import { oneStage, type Counted } from '../rollout/one-stage.ts';
import { PlanRunner } from '../rollout/run-plan.ts';
import type { OpenMachines } from '../rollout/session.ts';
import { setClocks } from '../stages/set-clocks.ts';
import { cloudConfig } from './cloud-config.ts';
import {
  corrected,
  movedOf,
  pinNew,
  provedKey,
  unpin,
  unpinned,
  withForeign,
  type GivenAddress,
} from './given-addresses.ts';
import type { Computer, Provider, VmLab, VmMaterials } from './provider.ts';
import { authorizedKey, keyBlob, newKeyPair, type KeyPair } from './vm-keys.ts';
import { notOurs, partsMissing, snapshotMissing, snapshotThere, unreadableVms, vmsMissing } from './vm-refusals.ts';
import { cloudInitEnded, notYet, VM_WORDS } from './vm-words.ts';

export interface VmRunOptions {
  readonly lab: VmLab;
  readonly provider: Provider;
  readonly computer: Computer;
  /** Opens the machines of the lab. */
  readonly open: OpenMachines;
  /** The host keys of new VMs are pinned there before they are made. */
  readonly knownHosts: KnownHosts;
  /** Hoplab's own folder. */
  readonly home: string;
  /** The cloud image of the lab on this computer's disk; downloads it where it is not there. @throws DownloadError */
  readonly image: (
    emit: VmRunOptions['emit'],
    signal: AbortSignal,
  ) => Promise<Pick<VmMaterials, 'image' | 'imageName'>>;
  /** Puts addresses that VMs were given into the lab file, by node, and returns the lab that it describes now. @throws StageRefused */
  readonly readdress: (moved: readonly GivenAddress[]) => Promise<VmLab>;
  readonly emit: (event: RolloutEvent) => void;
  readonly signal: AbortSignal;
}

type Outcome = EventOf<'rollout-finished'>;

/** Milliseconds for which a VM that was started is waited for: where the computer has to emulate its processor, that takes minutes. */
const BOOT = 900_000;
const AGAIN = 2_000;
/** Seconds that the clock of a VM may differ: more, and certificates and etcd suffer. */
const FAR = 2;

/** Work on the VMs of a lab: each method is one run, tells all but how it ended, and returns that. */
export class VmRun {
  readonly #options: VmRunOptions;
  #lab: VmLab;
  #counted: Counted | undefined;
  #begun = 0;

  constructor(options: VmRunOptions) {
    this.#options = options;
    this.#lab = options.lab;
  }

  /** Makes the VMs that are missing, starts the others, and waits until all answer with a clock that is right. */
  start(): Promise<Outcome> {
    return this.#stage(async () => {
      await this.#ready();
      const vms = await this.#own();
      const missing = this.#nodesOf(vms.filter(({ state }) => state === 'missing'));
      if (missing.length > 0) await this.#make(missing);
      const stopped = (await this.#own()).filter(({ state }) => state === 'stopped');
      if (stopped.length > 0) await this.#change(this.#provider.start(this.#lab, stopped));
      await this.#readdress(missing);
      await this.#answer();
    });
  }

  /** Shuts all down. */
  stop(): Promise<Outcome> {
    return this.#stage(async () => {
      await this.#ready();
      await this.#stop(await this.#own());
    });
  }

  /** Keeps all VMs as they are now, all of the same moment: they are stopped for it, and started again if they ran. */
  snapshot(name: string): Promise<Outcome> {
    return this.#stage(async () => {
      await this.#ready();
      const vms = this.#all(await this.#own());
      const taken = vms.find(({ snapshots }) => snapshots.includes(name));
      if (taken) throw snapshotThere(taken.node, name);
      const ran = vms.filter(({ state }) => state === 'running');
      await this.#stop(vms);
      await this.#change(this.#provider.snapshot(this.#lab, vms, name));
      if (ran.length === 0) return;
      await this.#change(this.#provider.start(this.#lab, ran));
      await this.#readdress();
      await this.#answer();
    });
  }

  /** Brings all VMs back to how they were in a snapshot, and starts them. */
  restore(name: string): Promise<Outcome> {
    return this.#stage(async () => {
      await this.#ready();
      const vms = this.#all(await this.#own());
      const lacking = vms.find(({ snapshots }) => !snapshots.includes(name));
      if (lacking) throw snapshotMissing(lacking.node, name, lacking.snapshots);
      await this.#stop(vms);
      await this.#change(this.#provider.restore(this.#lab, vms, name));
      await this.#change(this.#provider.start(this.#lab, vms));
      await this.#readdress();
      await this.#answer();
    });
  }

  /**
   * Deletes VMs of the lab, with all that is on them, and the keys that were pinned for them.
   * @param only the VM of this node; default: all
   */
  delete(only?: string): Promise<Outcome> {
    return this.#stage(async () => {
      await this.#ready();
      const isMeant = ({ node, state }: Vm) => state !== 'missing' && (only === undefined || node === only);
      const vms = (await this.#own()).filter(isMeant);
      const { computer, lab, provider, knownHosts } = this.#options;
      await this.#change(await provider.delete(computer, lab, vms));
      for (const node of this.#nodesOf(vms)) await unpin(knownHosts, lab, node);
    });
  }

  get #provider(): Provider {
    return this.#options.provider;
  }

  #stage(work: () => Promise<void>): Promise<Outcome> {
    return oneStage(VM_WORDS, this.#options, async (counted) => {
      this.#counted = counted;
      await work();
      return true;
    });
  }

  /** @throws StageRefused while this computer lacks something */
  async #ready(): Promise<void> {
    const missing = await this.#provider.missing(this.#options.computer);
    if (missing.length > 0) throw partsMissing(this.#provider.name, missing);
  }

  /** The VMs of the lab. @throws StageRefused where one is somebody else's, or cannot be read */
  async #own(): Promise<readonly Vm[]> {
    const found = await this.#provider.look(this.#options.computer, this.#lab);
    const vms = this.#provider.network ? await withForeign(this.#options.knownHosts, this.#lab, found) : found;
    const foreign = vms.find(({ state }) => state === 'foreign');
    if (foreign) throw notOurs(foreign, this.#lab);
    const unknown = vms.find(({ state }) => state === 'unknown');
    if (unknown) throw unreadableVms(unknown);
    return vms;
  }

  /** @throws StageRefused where one is missing */
  #all(vms: readonly Vm[]): readonly Vm[] {
    const missing = vms.filter(({ state }) => state === 'missing');
    if (missing.length > 0) throw vmsMissing(missing.map(({ node }) => node));
    return vms;
  }

  async #make(nodes: readonly LabNode[]): Promise<void> {
    const { computer, knownHosts, home, image, emit, signal } = this.#options;
    const brought = await image(emit, signal);
    const keys = new Map<string, KeyPair>(nodes.map(({ name }) => [name, newKeyPair()]));
    const authorized = new Map<string, string>();
    for (const node of nodes) authorized.set(node.name, await authorizedKey(node, home));
    const userData = (node: LabNode): string => {
      const key = keys.get(node.name);
      if (!key) throw new Error(`no key for ${node.name}`);
      return cloudConfig(node, authorized.get(node.name) ?? '', key);
    };
    for (const { name, address, ssh } of nodes) {
      const key = keys.get(name);
      if (!key) continue;
      if (this.#provider.network) await pinNew(knownHosts, this.#lab, name, keyBlob(key));
      else await knownHosts.replace(address, ssh.port, keyBlob(key));
    }
    await this.#change(await this.#provider.create(computer, this.#lab, nodes, { ...brought, userData }));
  }

  /**
   * Where the provider gives out the addresses, the lab file gets those of the VMs that run, and their keys are pinned there, once
   * each has shown its key. @param made those that this run made
   */
  async #readdress(made: readonly LabNode[] = []): Promise<void> {
    if (!this.#provider.network) return;
    const { computer, knownHosts, readdress, emit, signal } = this.#options;
    const vms = await this.#own();
    const moved = movedOf(this.#lab, vms);
    const proved = new Map<GivenAddress, HostKey>();
    for (const given of [...moved, ...(await unpinned(knownHosts, this.#lab, vms))])
      proved.set(given, await provedKey({ computer, lab: this.#lab, knownHosts, signal }, given));
    if (moved.length > 0) {
      this.#lab = await readdress(moved);
      const cluster = moved.some(({ node }) => !made.some(({ name }) => name === node.name));
      emit({ event: 'waiting', machine: COMPUTER, sentence: corrected(moved, cluster) });
    }
    for (const [{ node, address }, { key }] of proved) await knownHosts.replace(address, node.ssh.port, key);
  }

  async #stop(vms: readonly Vm[]): Promise<void> {
    const running = vms.filter(({ state }) => state === 'running');
    if (running.length > 0) await this.#change(this.#provider.stop(this.#lab, running));
  }

  /** Waits until all nodes answer, and puts their clocks right: a computer that slept leaves them behind. */
  async #answer(): Promise<void> {
    const { signal } = this.#options;
    const machines = await this.#opened();
    try {
      const nodes = this.#lab.nodes.flatMap(({ name }) => machines.get(name) ?? []);
      await Promise.all(nodes.map((node) => node.run(cloudInitEnded, { timeout: BOOT, signal, accept: 'any' })));
      await this.#change(await setClocks(nodes, (behind) => Math.abs(behind) > FAR, signal), machines);
    } finally {
      await Promise.all([...machines.values()].map((machine) => machine.close()));
    }
  }

  async #opened(): Promise<ReadonlyMap<string, Machine>> {
    const { open, signal, emit } = this.#options;
    const until = performance.now() + BOOT;
    const told = new Set<string>();
    for (;;) {
      try {
        return await open(this.#lab, signal);
      } catch (error) {
        // cloud-init makes the user while the SSH server may run already
        const starting = error instanceof MachineError && (error.retryable || error instanceof AuthenticationRefused);
        if (!starting || signal.aborted || performance.now() > until) throw error;
        if (!told.has(error.machine))
          emit({ event: 'waiting', machine: error.machine, sentence: notYet(error.machine) });
        told.add(error.machine);
        await sleep(AGAIN, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #change(plan: Plan, machines: ReadonlyMap<string, Machine> = new Map()): Promise<void> {
    if (changesOf(plan).length === 0) return;
    const { computer, emit, signal } = this.#options;
    const round = (this.#begun += 1); // each round has a runner of its own, whose numbers begin anew
    const runner = new PlanRunner({
      emit: (event) => emit('change' in event ? { ...event, change: `${event.change}.${round}` } : event),
      facts: new FactReader({ signal }),
      signal,
      machine: (name) => (name === COMPUTER ? computer.machine : (machines.get(name) ?? computer.machine)),
      reached: () => undefined,
    });
    try {
      await runner.run(plan, VM_WORDS.id);
    } finally {
      if (this.#counted) this.#counted.changes += runner.made;
    }
  }

  #nodesOf(vms: readonly Vm[]): readonly LabNode[] {
    return this.#lab.nodes.filter(({ name }) => vms.some(({ node }) => node === name));
  }
}
