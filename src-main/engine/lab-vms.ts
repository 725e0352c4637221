import type { RolloutEvent, RolloutVerb } from '../contract/events.ts';
import type { PlannedRollout } from '../contract/lab-session.ts';
import type { Vm, Vms } from '../contract/machines.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { controlPlane, type Lab } from '../lab/lab.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { changesOf } from '../plan/plan.ts';
import { onThisComputer } from '../providers/computer.ts';
import { providerOf } from '../providers/index.ts';
import { addressesMoved, movedOf, withForeign, type GivenAddress } from '../providers/given-addresses.ts';
import type { Computer, Provider, VmLab } from '../providers/provider.ts';
import { VmRun, type VmRunOptions } from '../providers/vm-run.ts';
import { VM_WORDS } from '../providers/vm-words.ts';
import { PROVE_VIP, ProofOfVip } from '../prove-vip/prove-vip.ts';
import { together } from '../rollout/one-stage.ts';
import { Session, type LabAccess, type OpenMachines } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { upTo } from '../stages/needs.ts';
import { readdressed } from './readdress-lab.ts';
import { snapshotUnnamed, withoutVms } from './refused-vms.ts';
import { rollOutStages, started, type AskedRollout } from './roll-out.ts';
import type { Outcome, Work } from './run.ts';
import { nameOf } from './vm-image.ts';

/** What work on VMs stands on. */
export interface VmSurroundings {
  /** Hoplab's own folder. */
  readonly home: string;
  readonly knownHosts: KnownHosts;
  readonly open: OpenMachines;
  readonly image: (lab: VmLab) => VmRunOptions['image'];
  /** How a lab is got at whose file has other addresses than when it was opened. @throws BundleError */
  readonly access: (lab: Lab) => Promise<LabAccess>;
}

/** Runs of VMs alone. */
const VM_VERBS = ['start', 'stop', 'snapshot', 'restore', 'delete'] as const;
type VmVerb = (typeof VM_VERBS)[number];

export function isVmVerb(verb: RolloutVerb): verb is VmVerb {
  return VM_VERBS.some((one) => one === verb);
}

/** The VMs of a lab, where Hoplab makes its machines. */
export class LabVms {
  #lab: VmLab;
  readonly #provider: Provider;
  readonly #surroundings: VmSurroundings;
  readonly #rewritten: () => void;

  /** @param rewritten called once the lab file is another one @throws Refused for a lab without VMs */
  constructor(lab: Lab, surroundings: VmSurroundings | undefined, rewritten: () => void = () => undefined) {
    const { machines } = lab;
    if (!machines || !surroundings) throw withoutVms();
    this.#lab = { ...lab, machines };
    this.#provider = providerOf(machines.provider);
    this.#surroundings = surroundings;
    this.#rewritten = rewritten;
  }

  /** As the provider has them now. @throws MachineError */
  async list(): Promise<Vms> {
    const machines = await onThisComputer((computer) => this.#look(computer));
    return { provider: this.#provider.id, machines: [...machines], snapshots: sharedSnapshots(machines) };
  }

  /**
   * What `start` would change now; undefined where nothing: all run. @throws MachineError; StageRefused where they run with other addresses
   */
  async plan(): Promise<PlannedRollout['stages'][number] | undefined> {
    return onThisComputer(async (computer) => {
      const vms = await this.#look(computer);
      const moved = movedOf(this.#lab, vms);
      if (moved.length > 0) throw addressesMoved(moved);
      if (vms.every(({ state }) => state === 'running')) return undefined;
      const nodes = this.#lab.nodes.filter(({ name }) =>
        vms.some(({ node, state }) => node === name && state === 'missing'),
      );
      const { image } = this.#lab.machines;
      const materials =
        'file' in image
          ? { image: image.file, imageName: await nameOf(image.file), userData: () => '' }
          : { image: image.name, imageName: image.name, userData: () => '' };
      const stopped = vms.filter(({ state }) => state === 'stopped');
      const plans = [
        ...(nodes.length > 0 ? [await this.#provider.create(computer, this.#lab, nodes, materials)] : []),
        ...(stopped.length > 0 ? [this.#provider.start(this.#lab, stopped)] : []),
      ];
      const changes = changesOf(plans).map(({ machine, sentence, command }) => ({ machine, sentence, command }));
      return { stage: VM_WORDS.id, changes, failure: null };
    });
  }

  /** The work of one run on the VMs. @throws Refused for a snapshot without a name */
  work(verb: VmVerb, snapshot: string | undefined): Work {
    if (snapshot === undefined && (verb === 'snapshot' || verb === 'restore')) throw snapshotUnnamed();
    return async ({ id, emit, signal }) => {
      emit(started(id, verb, { lab: this.#lab }, [VM_WORDS.id]));
      const outcome = await this.#run({ emit, signal }, (run) => {
        if (verb === 'snapshot' || verb === 'restore') return run[verb](snapshot ?? '');
        return run[verb]();
      });
      emit(outcome);
      return outcome;
    };
  }

  /**
   * The work of a rollout: makes and starts the VMs, proves before there is a cluster that addresses of the pool are reached, where the
   * rollout goes that far, and then rolls out.
   */
  up(asked: AskedRollout, access: () => Promise<LabAccess>): Work {
    return async ({ id, emit, signal }) => {
      const all = stagesOf(this.#lab);
      const stages = asked.stage === undefined ? all : upTo(all, asked.stage);
      const needsVip = stages.some((stage) => stage.id === 'metallb');
      const ids = [VM_WORDS.id, ...(needsVip ? [PROVE_VIP] : []), ...all.map((stage) => stage.id)];
      emit(started(id, 'up', { lab: this.#lab }, ids));
      const before = this.#lab;
      let outcome = await this.#run({ emit, signal }, (run) => run.start());
      // what was opened has the addresses that the lab file had
      const got = () => (this.#lab === before ? access() : this.#surroundings.access(this.#lab));
      const next = async (work: () => Promise<Outcome>): Promise<void> => {
        if (outcome.status === 'done') outcome = together(outcome, await work());
      };
      if (needsVip) await next(() => this.#proof(got, { emit, signal }));
      await next(async () => rollOutStages(asked, await got(), { emit: untilEnd(emit), signal }));
      emit(outcome);
      return outcome;
    };
  }

  /** Deletes the VM of one node: a part of a run, told as one stage. */
  deleteOne(node: string, telling: Telling): Promise<Outcome> {
    return this.#run(telling, (run) => run.delete(node));
  }

  /** Proved once there is a cluster: its Services show it from then on. */
  async #proof(access: () => Promise<LabAccess>, telling: Telling): Promise<Outcome> {
    const accessed = await access();
    if (await hasCluster(accessed, telling.signal)) return NOTHING_DONE;
    return new ProofOfVip({ access: accessed, knownHosts: this.#surroundings.knownHosts, ...telling }).run();
  }

  #run(telling: Telling, work: (run: VmRun) => Promise<Outcome>): Promise<Outcome> {
    const { home, knownHosts, open, image } = this.#surroundings;
    const parts = { lab: this.#lab, provider: this.#provider, home, knownHosts, open, image: image(this.#lab) };
    const readdress = async (moved: readonly GivenAddress[]): Promise<VmLab> => {
      this.#lab = await readdressed(this.#lab, moved, home);
      this.#rewritten();
      return this.#lab;
    };
    return onThisComputer((computer) => work(new VmRun({ ...parts, readdress, computer, ...telling })));
  }

  async #look(computer: Computer): Promise<readonly Vm[]> {
    const vms = await this.#provider.look(computer, this.#lab);
    return this.#provider.network ? withForeign(this.#surroundings.knownHosts, this.#lab, vms) : vms;
  }
}

interface Telling {
  readonly emit: (event: RolloutEvent) => void;
  readonly signal: AbortSignal;
}

const NOTHING_DONE: Outcome = {
  event: 'rollout-finished',
  status: 'done',
  changes: 0,
  checks: { passed: 0, failed: 0, notApplicable: 0 },
  halfDone: [],
  duration: 0,
};

async function hasCluster(access: LabAccess, signal: AbortSignal): Promise<boolean> {
  const session = await Session.open(access, signal);
  try {
    const { adminConf } = await session.context.read(controlPlane(access.lab).name, kubeadmState);
    return adminConf;
  } finally {
    await session.close();
  }
}

/** All but the end of a part of a run, which is that of no run. */
function untilEnd(emit: Telling['emit']): Telling['emit'] {
  return (event) => {
    if (event.event !== 'rollout-finished') emit(event);
  };
}

/** Those that every VM has, in the order of the first VM. */
function sharedSnapshots([first, ...others]: readonly Vm[]): string[] {
  return (first?.snapshots ?? []).filter((name) => others.every(({ snapshots }) => snapshots.includes(name)));
}
