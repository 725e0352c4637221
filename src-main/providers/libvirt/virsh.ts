import { sh, embed, type ShellCommand } from '../../machines/command.ts';
import type { Fact } from '../../facts/fact.ts';
import type { Vm, VmState } from '../../contract/machines.ts';
import type { LabNode } from '../../lab/lab.ts';
import { vmLabel, vmName, type VmLab } from '../provider.ts';

/** virsh on the system's libvirt, whose networks and storage outlive a login. */
export const virsh = sh`virsh --quiet --connect qemu:///system`;

/** Where the disks of all labs are: a storage pool of Hoplab's own, since libvirt cannot read what lies in a home. */
export const POOL = 'hoplab';

/** The lab's own network. */
export function networkName({ name }: Pick<VmLab, 'name'>): string {
  return `hoplab-${name}`;
}

export const diskName = (vm: string): string => `${vm}.qcow2`;
export const seedName = (vm: string): string => `${vm}-seed.iso`;

/** What libvirt has already of what a lab needs. */
export interface Ground {
  readonly pool: 'missing' | 'inactive' | 'active';
  readonly network: 'missing' | 'inactive' | 'active';
  /** MAC addresses, lower case, that the network has reserved an address for. */
  readonly reserved: readonly string[];
  /** Volumes of the pool. */
  readonly volumes: readonly string[];
}

/** What there is of pool and network. */
export function ground(lab: VmLab): Fact<Ground> {
  const network = networkName(lab);
  return {
    id: 'libvirt-ground',
    slow: true,
    command: sh`
      pools=$(${embed(virsh)} pool-list --all --name) && networks=$(${embed(virsh)} net-list --all --name) || exit
      has() { printf '%s\\n' "$1" | sed 's/ *$//' | grep -qxF -- "$2"; }
      if has "$pools" ${POOL}; then
        info=$(${embed(virsh)} pool-info ${POOL}) || exit
        printf '%s\\n' "$info" | sed -n 's/^State: */pool /p'
      fi
      if has "$networks" ${network}; then
        info=$(${embed(virsh)} net-info ${network}) && xml=$(${embed(virsh)} net-dumpxml ${network}) || exit
        printf '%s\\n' "$info" | sed -n 's/^Active: */network /p'
        printf '%s\\n' "$xml" | sed -n "s/.*<host mac='\\([^']*\\)'.*/reserved \\1/p"
      fi
      if ${embed(virsh)} pool-info ${POOL} 2> /dev/null | grep -q '^State: *running'; then
        volumes=$(${embed(virsh)} vol-list ${POOL}) || exit
        printf '%s\\n' "$volumes" | awk 'NF == 2 && $2 ~ "^/" {print "volume " $1}'
      fi
      echo end`,
    parse({ stdout }) {
      const lines = stdout.trimEnd().split('\n');
      if (lines.at(-1) !== 'end') throw new Error('it breaks off');
      const all = (word: string) =>
        lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
      const [pool] = all('pool');
      const [network_] = all('network');
      return {
        pool: pool === undefined ? 'missing' : pool.trim() === 'running' ? 'active' : 'inactive',
        network: network_ === undefined ? 'missing' : network_.trim() === 'yes' ? 'active' : 'inactive',
        reserved: all('reserved').map((mac) => mac.toLowerCase()),
        volumes: all('volume'),
      };
    },
  };
}

/** How the VMs of a lab are: what virsh says of each, whose it is, and its snapshots, the first first. */
export function domains(lab: VmLab): Fact<readonly Vm[]> {
  const names = lab.nodes.map(({ name }) => vmName(lab, name));
  return {
    id: 'libvirt-domains',
    slow: true,
    command: sh`
      all=$(${embed(virsh)} list --all --name) || exit
      for vm in ${names}; do
        echo "vm $vm"
        printf '%s\\n' "$all" | sed 's/ *$//' | grep -qxF -- "$vm" || { echo missing; continue; }
        state=$(${embed(virsh)} domstate "$vm") && label=$(${embed(virsh)} desc "$vm") &&
          snapshots=$(${embed(virsh)} snapshot-list "$vm" --topological --name) || exit
        printf 'state %s\\nlabel %s\\n' "$state" "$(printf '%s' "$label" | tr '\\n' ' ')"
        printf '%s\\n' "$snapshots" | sed -n 's/^ *\\([^ ][^ ]*\\) *$/snapshot \\1/p'
      done
      echo end`,
    parse({ stdout }) {
      const blocks = stdout.trimEnd().split(/^vm /m).slice(1);
      if (!stdout.trimEnd().endsWith('\nend') || blocks.length !== names.length) throw new Error('it breaks off');
      return lab.nodes.map((node, index) => vmOf(lab, node, blocks[index] ?? ''));
    },
  };
}

function vmOf(lab: VmLab, node: LabNode, block: string): Vm {
  const [vm = '', ...lines] = block.split('\n');
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const [said = ''] = after('state');
  const [label = ''] = after('label');
  const base = { node: node.name, vm, address: node.address, snapshots: after('snapshot') };
  if (lines.includes('missing')) return { ...base, state: 'missing', said: '' };
  if (label.trim() !== vmLabel(lab)) return { ...base, state: 'foreign', said: label.trim() };
  return { ...base, state: STATES[said.trim()] ?? 'unknown', said: said.trim() };
}

/** virDomainState, as virsh words it. */
const STATES: Readonly<Record<string, VmState>> = { running: 'running', 'shut off': 'stopped', crashed: 'stopped' };

/** Whether virsh reaches libvirt, and whether the processor is a real one. */
export interface Reach {
  /** What virsh complained of; empty: it is reached. */
  readonly complaint: string;
  readonly kvm: boolean;
}

export const reach: Fact<Reach> = {
  id: 'libvirt-reach',
  slow: true,
  accept: 'any',
  command: sh`
    if complaint=$(${embed(virsh)} uri 2>&1); then echo reached; else printf 'complaint %s\\n' "$(printf '%s' "$complaint" | tr '\\n' ' ')"; fi
    if ${embed(virsh)} domcapabilities --virttype kvm > /dev/null 2>&1; then echo kvm; fi
    echo end`,
  parse({ stdout }) {
    if (!stdout.trimEnd().endsWith('end')) throw new Error('it breaks off');
    const complaint = /^complaint (.*)$/m.exec(stdout)?.[1]?.trim();
    return { complaint: complaint ?? '', kvm: /^kvm$/m.test(stdout) };
  },
};

/** Removes a volume of the pool if it is there. */
export function withoutVolume(volume: string): ShellCommand {
  return sh`if ${embed(virsh)} vol-info --pool ${POOL} ${volume} > /dev/null 2>&1; then ${embed(virsh)} vol-delete --pool ${POOL} ${volume}; fi`;
}
