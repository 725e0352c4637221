import { createHash } from 'node:crypto';
import { addressText, commonNetwork, addressNumber, parseCidr, type Network } from '../../lab/ipv4.ts';
import type { LabNode } from '../../lab/lab.ts';
import { vmLabel, vmName, type VmLab } from '../provider.ts';
import { diskName, networkName, POOL, seedName } from './virsh.ts';

/** A MAC address in QEMU's range that belongs to one node of one lab, whatever is made anew. */
export function macOf(lab: Pick<VmLab, 'name' | 'file'>, node: string): string {
  const hash = createHash('sha256').update(`${lab.file}\n${lab.name}\n${node}`).digest('hex');
  return ['52', '54', '00', hash.slice(0, 2), hash.slice(2, 4), hash.slice(4, 6)].join(':');
}

/** The network of a lab's nodes: as the lab file states it, else their /24. */
export function lanOf({ nodes, lan }: VmLab): Network {
  return lan === undefined
    ? commonNetwork(
        nodes.map(({ address }) => addressNumber(address)),
        24,
      )
    : parseCidr(lan);
}

/** https://libvirt.org/formatnetwork.html: NAT, and an address for each node; others are given to nobody. */
export function networkXml(lab: VmLab): string {
  const { first, prefix } = lanOf(lab);
  const hosts = lab.nodes.map((node) => `      ${hostXml(lab, node)}`);
  return `<network>
  <name>${networkName(lab)}</name>
  <forward mode="nat"/>
  <bridge stp="on" delay="0"/>
  <ip address="${addressText(first + 1)}" prefix="${prefix}">
    <dhcp>
${hosts.join('\n')}
    </dhcp>
  </ip>
</network>
`;
}

/** The address that a node gets. */
export function hostXml(lab: VmLab, { name, address }: LabNode): string {
  return `<host mac="${macOf(lab, name)}" name="${escaped(name)}" ip="${address}"/>`;
}

/**
 * https://libvirt.org/formatdomain.html. The seed is a disk of virtio like the other, which the kernel finds as early: a VM that boots without
 * it takes itself for a new one, and makes other SSH host keys.
 * @param kvm without it the processor is emulated */
export function domainXml(lab: VmLab, node: LabNode, { kvm }: { kvm: boolean }): string {
  const { cpus, memory } = lab.machines;
  const name = vmName(lab, node.name);
  const arm = process.arch === 'arm64';
  return `<domain type="${kvm ? 'kvm' : 'qemu'}">
  <name>${escaped(name)}</name>
  <description>${escaped(vmLabel(lab))}</description>
  <memory unit="MiB">${memory}</memory>
  <vcpu>${cpus}</vcpu>
  <os${arm ? ' firmware="efi"' : ''}><type arch="${arm ? 'aarch64' : 'x86_64'}" machine="${arm ? 'virt' : 'q35'}">hvm</type></os>
  <features>${arm ? '<gic version="host"/>' : ''}<acpi/></features>
  ${cpuXml(kvm, arm)}
  <clock offset="utc"/>
  <on_reboot>restart</on_reboot>
  <devices>
    <disk type="volume" device="disk">
      <driver name="qemu" type="qcow2" discard="unmap"/>
      <source pool="${POOL}" volume="${escaped(diskName(name))}"/>
      <target dev="vda" bus="virtio"/>
    </disk>
    <disk type="volume" device="disk">
      <driver name="qemu" type="raw"/>
      <source pool="${POOL}" volume="${escaped(seedName(name))}"/>
      <target dev="vdb" bus="virtio"/>
      <readonly/>
    </disk>
    <interface type="network">
      <mac address="${macOf(lab, node.name)}"/>
      <source network="${networkName(lab)}"/>
      <model type="virtio"/>
    </interface>
    <console type="pty"/>
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
  </devices>
</domain>
`;
}

/** An emulated processor is the faster the less it promises; containers want SSE 4.1 and popcnt. */
function cpuXml(kvm: boolean, arm: boolean): string {
  if (kvm) return '<cpu mode="host-passthrough"/>';
  if (arm) return '<cpu mode="maximum"/>';
  const features = ['ssse3', 'sse4.1', 'popcnt'].map((name) => `<feature policy="require" name="${name}"/>`);
  return `<cpu mode="custom" match="exact"><model fallback="allow">qemu64</model>${features.join('')}</cpu>`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
}
