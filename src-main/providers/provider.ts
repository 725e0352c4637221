import { COMPUTER, type MissingPart, type ProviderId, type Vm } from '../contract/machines.ts';
import type { Text } from '../contract/text.ts';
import type { Fact } from '../facts/fact.ts';
import type { Lab, LabNode, VmSize } from '../lab/lab.ts';
import type { Machine } from '../machines/machine.ts';
import type { Change, Plan } from '../plan/plan.ts';

/** This computer, as a provider works with it. */
export interface Computer {
  readonly platform: 'macos' | 'linux';
  readonly machine: Machine;
  /** Reads a fact, anew each time. @throws MachineError */
  readonly read: <Value>(fact: Fact<Value>) => Promise<Value>;
}

/** A lab whose nodes are VMs. */
export type VmLab = Lab & { readonly machines: VmSize };

/** What a VM is made with. */
export interface VmMaterials {
  /** Absolute path of the cloud image: a file, verified where it was downloaded. */
  readonly image: string;
  /** A name for it that is unlike those of other images, for files: `debian-12-6c2607f1846e`. */
  readonly imageName: string;
  /** The cloud-config of a node (`#cloud-config` …): its user, name and SSH host key. It holds a secret: only in files for their owner, and in a change's `input`. */
  readonly userData: (node: LabNode) => string;
}

/**
 * Makes and keeps VMs on this computer, by the commands that a user would type. All changes are on `COMPUTER`. What a plan deletes was
 * read before and is of this lab.
 */
export interface Provider {
  readonly id: ProviderId;
  /** As its project writes it. */
  readonly name: string;
  /** Where it runs. */
  readonly platforms: readonly Computer['platform'][];
  /** What this computer lacks for it; nothing is changed by asking. */
  missing(computer: Computer): Promise<readonly MissingPart[]>;
  /** What a user should know before choosing it here; undefined: nothing. */
  remark(computer: Computer): Promise<Text | undefined>;
  /**
   * The network of the VMs on this computer, where the provider gives them their addresses itself; undefined: it is not known. A provider
   * without this takes the lab file's addresses.
   */
  readonly network?: (computer: Computer) => Promise<string | undefined>;
  /**
   * The VMs of a lab as they are now, in the order of its nodes, one that runs with the address that it has. @throws MachineError when
   * that cannot be read
   */
  look(computer: Computer, lab: VmLab): Promise<readonly Vm[]>;
  /** Makes the VMs of some nodes, all that they need with them, and leaves them running or stopped. */
  create(computer: Computer, lab: VmLab, nodes: readonly LabNode[], materials: VmMaterials): Promise<Plan>;
  /** Starts stopped VMs; waits until the provider says that they run. */
  start(lab: VmLab, vms: readonly Vm[]): Plan;
  /** Shuts running VMs down in an orderly way, and waits for it; after a minute or so in another way. */
  stop(lab: VmLab, vms: readonly Vm[]): Plan;
  /** Keeps stopped VMs as they are, under a name that none of them has yet. */
  snapshot(lab: VmLab, vms: readonly Vm[], name: string): Plan;
  /** Brings stopped VMs back to how they were. */
  restore(lab: VmLab, vms: readonly Vm[], name: string): Plan;
  /** Deletes VMs, running or not, with their disks and snapshots, and what only this lab needed. */
  delete(computer: Computer, lab: VmLab, vms: readonly Vm[]): Promise<Plan>;
}

/** The VM's name at its provider: labs do not share VMs. */
export function vmName(lab: Pick<Lab, 'name'>, node: string): string {
  return `hoplab-${lab.name}-${node.replaceAll('.', '-')}`;
}

/** What a VM is labelled with where its provider can: it says whose it is. */
export function vmLabel({ name, file }: Pick<Lab, 'name' | 'file'>): string {
  return `Hoplab lab ${name}: ${file}`;
}

/** A change on this computer, as the user who runs Hoplab. */
export function onComputer(change: Omit<Change, 'machine' | 'sudo'>): Change {
  return { machine: COMPUTER, sudo: false, ...change };
}
