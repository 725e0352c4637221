import type { LabNode } from '../../lab/lab.ts';
import { addressNumber, holds, parsePool } from '../../lab/ipv4.ts';
import type { Plan } from '../../plan/plan.ts';
import { vmName, type Computer, type Provider, type VmLab, type VmMaterials } from '../provider.ts';
import { partsMissing } from '../vm-refusals.ts';
import * as plans from './lima-plans.ts';
import { addressTaken, nameUnfit, networkInUse } from './lima-refusals.ts';
import { limaInstances, limaNetworks, processor, type Instance } from './limactl.ts';
import { instancesOf, vmOf } from './look.ts';
import { missingParts, sudoersMissing } from './missing-parts.ts';
import { lowerDhcpEnd, sharedNetwork, writeNetworks, type SharedNetwork } from './shared-network.ts';
import { template } from './template.ts';

/** The length of a socket's path in Lima's folder: with it, 104 bytes on macOS and 108 on Linux are the most. */
const LONGEST_SOCKET = '/ssh.sock.1234567890123456'.length;
const MOST = { macos: 104, linux: 108 } as const;

/** VMs by Lima on its network `shared`, where a VM takes the address that it wants, and any other besides. */
export const lima: Provider = {
  id: 'lima',
  name: 'Lima',
  platforms: ['macos', 'linux'],
  missing: missingParts,
  async remark({ platform }) {
    if (platform === 'macos') return undefined;
    return {
      en: 'Its network that reaches the VMs is experimental on Linux: libvirt is the better choice here.',
      ja: 'VM に届くネットワークは Linux ではまだ実験的です。ここでは libvirt のほうが向いています。',
    };
  },
  async look(computer, lab) {
    const instances = await computer.read(limaInstances);
    return lab.nodes.map((node) => vmOf(lab, node, instances));
  },
  create,
  start: (_lab, vms) => plans.startVms(vms),
  stop: (_lab, vms) => plans.stopVms(vms),
  snapshot: (_lab, vms, name) => plans.snapshotVms(vms, name),
  restore: (_lab, vms, name) => plans.restoreVms(vms, name),
  async delete(computer, lab, vms) {
    const instances = await computer.read(limaInstances);
    return vms.map(({ vm }) => plans.deleteVm(vm, instancesOf(lab, vm, instances)));
  },
};

async function create(
  computer: Computer,
  lab: VmLab,
  nodes: readonly LabNode[],
  materials: VmMaterials,
): Promise<Plan> {
  const { platform } = computer;
  const { home, text } = await computer.read(limaNetworks);
  const network = sharedNetwork({ home, text });
  holdAddresses(lab, network);
  for (const { name } of nodes) holdName(vmName(lab, name), home, platform);
  const host = { platform, processor: await computer.read(processor), network };
  const makeVm = (node: LabNode) =>
    plans.createVm(vmName(lab, node.name), async () => {
      const missing = await sudoersMissing(computer); // lowering the range makes what is installed outdated
      if (missing.length > 0) throw partsMissing(lima.name, missing);
      return template(lab, node, materials, host);
    });
  return [
    ...(text === undefined ? [writeNetworks] : []),
    ...(await lowering(computer, home, network)),
    ...nodes.map(makeVm),
  ];
}

async function lowering(computer: Computer, home: string, network: SharedNetwork): Promise<Plan[]> {
  if (network.dhcpEnd <= network.wantedEnd) return [];
  const running = (await computer.read(limaInstances)).filter(isOnShared).map(({ name }) => name);
  if (running.length > 0) throw networkInUse(running, network);
  return [lowerDhcpEnd(computer, home, network)];
}

function isOnShared({ status, network }: Instance): boolean {
  return status === 'Running' && network.some(({ lima }) => lima === 'shared');
}

/** @throws StageRefused where the lab wants addresses that the network gives to others, or has not */
function holdAddresses({ nodes, loadBalancer }: VmLab, network: SharedNetwork): void {
  const free = { first: network.wantedEnd + 1, last: network.lan.last - 1 };
  for (const { name, address } of nodes) {
    if (!holds(free, addressNumber(address))) throw addressTaken(name, address, network);
  }
  const pool = parsePool(loadBalancer.pool);
  if (!holds(free, pool.first) || !holds(free, pool.last)) {
    throw addressTaken('loadBalancer.pool', loadBalancer.pool, network);
  }
}

/** @throws StageRefused for a name that Lima would not take */
function holdName(vm: string, home: string, platform: Computer['platform']): void {
  if (vm.includes('--')) throw nameUnfit(vm, 'hyphens');
  if (vm.length > 76 || home.length + 1 + vm.length + LONGEST_SOCKET >= MOST[platform]) throw nameUnfit(vm, 'long');
}
