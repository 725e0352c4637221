import type { MissingPart, Vm } from '../../contract/machines.ts';
import { vmName, type Computer, type Provider, type VmLab } from '../provider.ts';
import { multipassInstances, multipassService, multipassSnapshots, vmsOf } from './multipass-cli.ts';
import { multipassNetwork } from './multipass-network.ts';
import * as plans from './multipass-plans.ts';

/** VMs by Multipass, where somebody has it: it gives them their addresses, and lets through no others. */
export const multipass: Provider = {
  id: 'multipass',
  name: 'Multipass',
  platforms: ['macos', 'linux'],
  missing,
  async remark() {
    return {
      en: 'The VIP is not reachable here: Multipass lets through only the addresses that it gave out. NodePorts are reachable (`hoplab up --to node-port`). It chooses the addresses of the VMs itself, and may change them: Hoplab puts them into the lab file at each start.',
      ja: 'ここでは VIP に届きません。Multipass は自分が配ったアドレスの通信しか通さないためです。NodePort には届きます (`hoplab up --to node-port`)。VM のアドレスも Multipass が決め、変わることもあります。Hoplab は起動のたびに、それをラボファイルに書き込みます。',
    };
  },
  network: (computer) => multipassNetwork(computer),
  look,
  async create(_computer, lab, nodes, { image, userData }) {
    return nodes.map((node) => plans.launchVm(vmName(lab, node.name), image, lab.machines, () => userData(node)));
  },
  start: (_lab, vms) => plans.startVms(vms),
  stop: (_lab, vms) => plans.stopVms(vms),
  snapshot: (_lab, vms, name) => plans.snapshotVms(vms, name),
  restore: (_lab, vms, name) => plans.restoreVms(vms, name),
  async delete(_computer, _lab, vms) {
    return plans.deleteVms(vms);
  },
};

async function missing(computer: Computer): Promise<readonly MissingPart[]> {
  const { installed, complaint } = await computer.read(multipassService);
  const mac = computer.platform === 'macos';
  if (!installed) {
    return [
      {
        what: { en: 'multipass is not installed', ja: 'multipass が入っていない' },
        how: { en: 'Install Multipass.', ja: 'Multipass を入れてください。' },
        command: mac ? 'brew install --cask multipass' : 'sudo snap install multipass',
        root: true,
      },
    ];
  }
  if (complaint === undefined) return [];
  return [
    {
      what: {
        en: `Multipass' service is not reached (${complaint})`,
        ja: `Multipass のサービスに接続できない (${complaint})`,
      },
      how: { en: 'Start it.', ja: '起動してください。' },
      command: mac ? 'open -a Multipass' : 'sudo snap start multipass',
      root: !mac,
    },
  ];
}

async function look(computer: Computer, lab: VmLab): Promise<readonly Vm[]> {
  return vmsOf(lab, await computer.read(multipassInstances), await computer.read(multipassSnapshots));
}
