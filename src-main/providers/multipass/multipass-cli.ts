import { isIPv4 } from 'node:net';
import { z } from 'zod';
import type { Vm, VmState } from '../../contract/machines.ts';
import type { Fact } from '../../facts/fact.ts';
import { sh } from '../../machines/command.ts';
import { vmName, type VmLab } from '../provider.ts';

/** Whether there is a client, and what keeps it from its service; undefined: nothing. */
export const multipassService: Fact<{ readonly installed: boolean; readonly complaint: string | undefined }> = {
  id: 'multipass-service',
  command: sh`multipass version --format json`,
  accept: 'any',
  slow: true,
  parse: ({ stdout, stderr, exitCode }) => {
    if (exitCode === 127) return { installed: false, complaint: undefined };
    if (exitCode !== 0) return { installed: true, complaint: stderr.trim() };
    // the version of the service is there where the service answered
    const { multipassd } = z.object({ multipassd: z.string().optional() }).parse(JSON.parse(stdout));
    return { installed: true, complaint: multipassd === undefined ? stderr.trim() || 'multipassd' : undefined };
  },
};

const listSchema = z.object({
  list: z.array(z.object({ name: z.string(), state: z.string(), ipv4: z.array(z.string()).default([]) })),
});

/** An instance: of addresses the one that Multipass gave it comes first. */
export type Instance = z.infer<typeof listSchema>['list'][number];

export const multipassInstances: Fact<readonly Instance[]> = {
  id: 'multipass-instances',
  command: sh`multipass list --format json`,
  slow: true,
  parse: ({ stdout }) => listSchema.parse(JSON.parse(stdout)).list,
};

const snapshotsSchema = z.object({ info: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The names of the snapshots of every instance that has some. */
export const multipassSnapshots: Fact<ReadonlyMap<string, readonly string[]>> = {
  id: 'multipass-snapshots',
  command: sh`multipass list --snapshots --format json`,
  slow: true,
  parse: ({ stdout }) =>
    new Map(
      Object.entries(snapshotsSchema.parse(JSON.parse(stdout)).info).map(([name, taken]) => [name, Object.keys(taken)]),
    ),
};

/** The VMs of a lab. Multipass has no place for whose they are: their names say it. */
export function vmsOf(
  lab: VmLab,
  instances: readonly Instance[],
  snapshots: ReadonlyMap<string, readonly string[]>,
): readonly Vm[] {
  return lab.nodes.map(({ name: node, address }) => {
    const vm = vmName(lab, node);
    const found = instances.find(({ name }) => name === vm);
    const said = found ? [found.state, ...found.ipv4].join(' ') : '';
    const given = found ? givenOf(found) : [];
    const now = given.includes(address) ? address : (given[0] ?? address);
    return { node, vm, address: now, state: stateOf(found), said, snapshots: [...(snapshots.get(vm) ?? [])] };
  });
}

/** The addresses of an instance that runs. */
export function givenOf({ state, ipv4 }: Instance): readonly string[] {
  return state === 'Running' ? ipv4.filter((address) => isIPv4(address)) : [];
}

/** docs/reference/instance-states.md; a deleted one can still be recovered, so that its name is taken. */
function stateOf(found: Instance | undefined): VmState {
  if (!found) return 'missing';
  if (found.state === 'Running') return 'running';
  return found.state === 'Stopped' || found.state === 'Suspended' ? 'stopped' : 'unknown';
}
