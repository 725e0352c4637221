import type { Vm, VmState } from '../../contract/machines.ts';
import type { LabNode } from '../../lab/lab.ts';
import { vmLabel, vmName, type VmLab } from '../provider.ts';
import type { Instance } from './limactl.ts';
import { LABEL } from './template.ts';

/** A snapshot of a VM is an instance as well, a clone that is never started. Names of VMs have no dot. */
export function snapshotOf(vm: string, name: string): string {
  return `${vm}.${name}`;
}

/** What a VM is called while it is brought back; no snapshot has this name. */
export function restoringOf(vm: string): string {
  return `${vm}_restoring`;
}

/** A node's VM as the list of instances has it. */
export function vmOf(lab: VmLab, { name: node, address }: LabNode, instances: readonly Instance[]): Vm {
  const vm = vmName(lab, node);
  const found = instances.find(({ name }) => name === vm);
  const prefix = snapshotOf(vm, '');
  const snapshots = instances
    .filter((instance) => instance.name.startsWith(prefix) && isOf(lab, instance))
    .map(({ name }) => name.slice(prefix.length));
  if (!found) return { node, vm, address, state: 'missing', said: '', snapshots };
  const { status, errors } = found;
  return { node, vm, address, state: stateOf(lab, found), said: [status, ...errors].join(': '), snapshots };
}

/** All instances of a VM: itself, its snapshots, and what a restore left that was stopped halfway. */
export function instancesOf(lab: VmLab, vm: string, instances: readonly Instance[]): readonly string[] {
  const own = (name: string) => name === vm || name === restoringOf(vm) || name.startsWith(snapshotOf(vm, ''));
  return instances.filter((instance) => own(instance.name) && isOf(lab, instance)).map(({ name }) => name);
}

function isOf(lab: VmLab, { param }: Instance): boolean {
  return param[LABEL] === vmLabel(lab);
}

function stateOf(lab: VmLab, instance: Instance): VmState {
  // what Lima cannot read has no parameters, and may be anybody's
  if (!isOf(lab, instance)) return instance.errors.length > 0 ? 'unknown' : 'foreign';
  if (instance.status === 'Running') return 'running';
  return instance.status === 'Stopped' ? 'stopped' : 'unknown';
}
