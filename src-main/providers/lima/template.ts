import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { LabNode } from '../../lab/lab.ts';
import { vmLabel, vmName, type Computer, type VmLab, type VmMaterials } from '../provider.ts';
import { provisionScript } from './provision.ts';
import type { SharedNetwork } from './shared-network.ts';

/** The parameter of an instance that says whose it is. */
export const LABEL = 'hoplab';

interface Host {
  readonly platform: Computer['platform'];
  readonly processor: 'x86_64' | 'arm64';
  readonly network: SharedNetwork;
}

/** A node as Lima's template, by the keys of its templates/default.yaml. It holds the node's private host key. */
export function template(lab: VmLab, node: LabNode, { image, userData }: VmMaterials, host: Host): string {
  const { cpus, memory, disk } = lab.machines;
  const { platform, processor, network } = host;
  const arch = processor === 'arm64' ? 'aarch64' : processor;
  const mac = macAddress(vmName(lab, node.name));
  const fixed = { mac, address: node.address, prefix: network.lan.prefix, gateway: network.gateway };
  return stringify(
    {
      minimumLimaVersion: platform === 'macos' ? '2.0.0' : '2.3.0',
      vmType: platform === 'macos' ? 'vz' : 'qemu',
      arch,
      images: [{ location: image, arch }],
      cpus,
      memory: `${memory}MiB`,
      disk: `${disk}GiB`,
      plain: true,
      mounts: [],
      containerd: { system: false, user: false },
      ssh: { loadDotSSHPubKeys: false },
      upgradePackages: false,
      networks: [{ lima: 'shared', macAddress: mac, interface: 'lima0' }],
      param: { [LABEL]: vmLabel(lab) },
      provision: [{ mode: 'system', script: provisionScript(userData(node), fixed) }],
    },
    { lineWidth: 0 },
  );
}

/** Of a VM's name, so that it stays: Lima's own prefix, and three bytes of a digest. */
function macAddress(vm: string): string {
  const bytes = createHash('sha256').update(vm).digest().subarray(0, 3);
  return ['52', '55', '55', ...[...bytes].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
