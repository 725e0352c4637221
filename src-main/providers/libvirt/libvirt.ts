import type { MissingPart } from '../../contract/machines.ts';
import { howToInstall } from '../../checks/program-packages.ts';
import { programs, type Programs } from '../../facts/programs.ts';
import { together } from '../../plan/plan.ts';
import type { Provider } from '../provider.ts';
import * as plans from './libvirt-plans.ts';
import { domains, ground, reach } from './virsh.ts';

const NEEDED = ['virsh', 'xorriso', 'qemu-img'];

/** VMs by libvirt and QEMU: real bridges, on which an address moves from node to node as it does on a LAN. */
export const libvirt: Provider = {
  id: 'libvirt',
  name: 'libvirt',
  platforms: ['linux'],
  async missing({ read }) {
    const found = await read(programs(NEEDED, false));
    if (found.missing.length > 0) return [notInstalled(found)];
    const { complaint } = await read(reach);
    return complaint === '' ? [] : [notReached(complaint)];
  },
  async remark({ read }) {
    const found = await read(programs(NEEDED, false));
    if (found.missing.length > 0) return undefined;
    const { complaint, kvm } = await read(reach);
    if (kvm || complaint !== '') return undefined; // what is not reached says nothing of KVM
    return {
      en: 'There is no KVM here (/dev/kvm): processors are emulated, and everything takes ten times as long.',
      ja: 'KVM (/dev/kvm) が使えません。CPU がエミュレーションになり、すべてに 10 倍ほど時間がかかります。',
    };
  },
  look: (computer, lab) => computer.read(domains(lab)),
  async create(computer, lab, nodes, materials) {
    const found = await computer.read(ground(lab));
    const { kvm } = await computer.read(reach);
    return [
      plans.makePool(found),
      plans.makeNetwork(lab, found),
      plans.copyImage(materials, found),
      together(nodes.map((node) => plans.makeVm(lab, node, { ...materials, kvm }))),
    ];
  },
  start: (_lab, vms) => plans.startVms(vms),
  stop: (_lab, vms) => plans.stopVms(vms),
  snapshot: (_lab, vms, name) => plans.snapshotVms(vms, name),
  restore: (_lab, vms, name) => plans.restoreVms(vms, name),
  async delete(computer, lab, vms) {
    const left = (await computer.read(domains(lab))).filter(({ state }) => state !== 'missing');
    const last = left.every(({ vm }) => vms.some((gone) => gone.vm === vm));
    const { network, reserved } = await computer.read(ground(lab));
    const deleted = plans.deleteVms(vms);
    if (network === 'missing') return deleted;
    const gone = lab.nodes.filter(({ name }) => vms.some(({ node }) => node === name));
    return [...deleted, last ? plans.removeNetwork(lab) : plans.freeAddresses(lab, gone, reserved)];
  },
};

function notInstalled(found: Programs): MissingPart {
  const names = found.missing.join(', ');
  const command = howToInstall(found).en;
  return {
    what: { en: `not installed: ${names}`, ja: `入っていない: ${names}` },
    how: {
      en: 'Install libvirt, QEMU and xorriso, then log out and in again: the installation makes a group libvirt.',
      ja: 'libvirt、QEMU、xorriso を入れ、いったんログアウトしてください。インストールで libvirt というグループが作られます。',
    },
    command: command.startsWith('`') ? command.slice(1, -1) : null,
    root: true,
  };
}

function notReached(complaint: string): MissingPart {
  const denied = /permission denied|authentication|polkit/i.test(complaint);
  const what = { en: `libvirt is not reached (${complaint})`, ja: `libvirt に接続できない (${complaint})` };
  if (denied) {
    return {
      what,
      how: {
        en: 'Put yourself into the group libvirt, then log out and in again.',
        ja: '自分を libvirt グループに加え、いったんログアウトしてください。',
      },
      command: 'sudo usermod -aG libvirt "$USER"',
      root: true,
    };
  }
  return {
    what,
    how: { en: 'Start its service.', ja: 'サービスを起動してください。' },
    command: 'sudo systemctl enable --now libvirtd',
    root: true,
  };
}
