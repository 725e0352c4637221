import type { LabNode } from '../../lab/lab.ts';
import type { Vm } from '../../contract/machines.ts';
import { embed, sh } from '../../machines/command.ts';
import { together, type Change, type Plan } from '../../plan/plan.ts';
import { onComputer, vmName, type VmLab, type VmMaterials } from '../provider.ts';
import { domainXml, hostXml, lanOf, macOf, networkXml } from './libvirt-xml.ts';
import { networkText } from '../../lab/ipv4.ts';
import { diskName, networkName, POOL, seedName, virsh, withoutVolume, type Ground } from './virsh.ts';

/** Milliseconds for copying an image of some hundred MB into the pool. */
const COPYING = 1_200_000;

/** The pool, where there is none. */
export function makePool({ pool }: Ground): Plan {
  if (pool === 'active') return [];
  const define = sh`${embed(virsh)} pool-define-as ${POOL} dir --target ${`/var/lib/libvirt/images/${POOL}`} && ${embed(virsh)} pool-build ${POOL} && `;
  const sentence = {
    en: `Make a storage pool "${POOL}" for disks, and start it with this computer`,
    ja: `ディスク用のストレージプール「${POOL}」を作り、このコンピューターと一緒に起動するようにする`,
  };
  return onComputer({
    sentence,
    command: sh`${pool === 'missing' ? embed(define) : []}${embed(virsh)} pool-start ${POOL} && ${embed(virsh)} pool-autostart ${POOL}`,
  });
}

/** The network with an address for each node. */
export function makeNetwork(lab: VmLab, { network, reserved }: Ground): Plan {
  const name = networkName(lab);
  const lan = networkText(lanOf(lab));
  if (network === 'missing') {
    return onComputer({
      sentence: {
        en: `Make a network "${name}" (${lan}, NAT), where each node has its address`,
        ja: `ネットワーク「${name}」(${lan}、NAT) を作り、各ノードにアドレスを割り当てる`,
      },
      command: sh`cat | ${embed(virsh)} net-define /dev/stdin && ${embed(virsh)} net-start ${name} && ${embed(virsh)} net-autostart ${name}`,
      input: { content: networkXml(lab) },
    });
  }
  const start = onComputer({
    sentence: { en: `Start the network "${name}"`, ja: `ネットワーク「${name}」を起動する` },
    command: sh`${embed(virsh)} net-start ${name}`,
  });
  const lacking = lab.nodes.filter((node) => !reserved.includes(macOf(lab, node.name)));
  return [...(network === 'inactive' ? [start] : []), ...lacking.map((node) => reserve(lab, node))];
}

function reserve(lab: VmLab, node: LabNode): Change {
  const name = networkName(lab);
  return onComputer({
    sentence: {
      en: `Keep ${node.address} for ${node.name} on the network "${name}"`,
      ja: `ネットワーク「${name}」で ${node.address} を ${node.name} に割り当てる`,
    },
    command: sh`${embed(virsh)} net-update ${name} add-last ip-dhcp-host ${hostXml(lab, node)} --live --config`,
  });
}

/** The name that the image has in the pool. A second, empty volume says that all of it is there. */
const baseName = ({ imageName }: VmMaterials): string => `base-${imageName}.qcow2`;
const baseMark = ({ imageName }: VmMaterials): string => `base-${imageName}.complete`;

/** The image in the pool, once for all labs. */
export function copyImage(materials: VmMaterials, { volumes }: Ground): Plan {
  const [base, mark] = [baseName(materials), baseMark(materials)];
  if (volumes.includes(base) && volumes.includes(mark)) return [];
  const { image, imageName } = materials;
  return onComputer({
    sentence: {
      en: `Copy the image ${imageName} into the storage pool`,
      ja: `イメージ ${imageName} をストレージプールにコピーする`,
    },
    command: sh`
      ${embed(withoutVolume(base))} && size=$(wc -c < ${image} | tr -d ' ') &&
      ${embed(virsh)} vol-create-as ${POOL} ${base} "\${size}B" --format raw &&
      ${embed(virsh)} vol-upload --pool ${POOL} ${base} ${image} &&
      ${embed(virsh)} vol-create-as ${POOL} ${mark} 1k --format raw && ${embed(virsh)} pool-refresh ${POOL}`,
    timeout: COPYING,
  });
}

/** A disk upon the image, a seed for cloud-init, and the VM itself, which starts. */
export function makeVm(lab: VmLab, node: LabNode, materials: VmMaterials & { readonly kvm: boolean }): Plan {
  const vm = vmName(lab, node.name);
  const { disk, cpus, memory } = lab.machines;
  return [
    onComputer({
      sentence: {
        en: `Make a disk of ${disk} GiB for ${vm}, based on ${materials.imageName}`,
        ja: `${vm} のディスク (${disk} GiB) を ${materials.imageName} から作る`,
      },
      command: sh`
        ${embed(withoutVolume(diskName(vm)))} &&
        ${embed(virsh)} vol-create-as ${POOL} ${diskName(vm)} ${`${disk}GiB`} --format qcow2 --backing-vol ${baseName(materials)} --backing-vol-format qcow2`,
    }),
    onComputer({
      sentence: {
        en: `Make a seed for cloud-init in ${vm}: its name, the user ${node.ssh.user}, SSH keys`,
        ja: `${vm} の cloud-init 用シードを作る (ホスト名、ユーザー ${node.ssh.user}、SSH 鍵)`,
      },
      command: sh`
        ${embed(withoutVolume(seedName(vm)))} && dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT && umask 077 &&
        cat > "$dir/user-data" &&
        printf 'instance-id: %s\\nlocal-hostname: %s\\n' ${vm} ${node.name} > "$dir/meta-data" &&
        xorriso -as mkisofs -quiet -V cidata -J -r -o "$dir/seed.iso" "$dir/user-data" "$dir/meta-data" &&
        size=$(wc -c < "$dir/seed.iso" | tr -d ' ') &&
        ${embed(virsh)} vol-create-as ${POOL} ${seedName(vm)} "\${size}B" --format raw &&
        ${embed(virsh)} vol-upload --pool ${POOL} ${seedName(vm)} "$dir/seed.iso"`,
      input: async () => ({ content: materials.userData(node) }),
    }),
    onComputer({
      sentence: {
        en: `Define and start the VM ${vm}: ${cpus} CPUs, ${memory} MiB, ${node.address}`,
        ja: `VM ${vm} を定義して起動する (CPU ${cpus}、${memory} MiB、${node.address})`,
      },
      command: sh`cat | ${embed(virsh)} define /dev/stdin && ${embed(virsh)} start ${vm}`,
      input: { content: domainXml(lab, node, materials) },
    }),
  ];
}

export function startVms(vms: readonly Vm[]): Plan {
  return together(
    vms.map(({ vm }) =>
      onComputer({
        sentence: { en: `Start the VM ${vm}`, ja: `VM ${vm} を起動する` },
        command: sh`${embed(virsh)} start ${vm}`,
      }),
    ),
  );
}

/** Seconds that a VM has for shutting down. */
const SHUTDOWN = 90;

export function stopVms(vms: readonly Vm[]): Plan {
  return together(
    vms.map(({ vm }) =>
      onComputer({
        sentence: {
          en: `Shut the VM ${vm} down; switch it off if that takes longer than ${SHUTDOWN} s`,
          ja: `VM ${vm} をシャットダウンする。${SHUTDOWN} 秒以内に終わらなければ電源を切る`,
        },
        command: sh`
          ${embed(virsh)} shutdown ${vm} || exit
          tries=0
          until ${embed(virsh)} domstate ${vm} | grep -q '^shut off'; do
            tries=$((tries + 1))
            if [ $tries -gt ${SHUTDOWN} ]; then ${embed(virsh)} destroy ${vm}; exit; fi
            [ $((tries % 20)) -ne 0 ] || ${embed(virsh)} shutdown ${vm} 2> /dev/null
            sleep 1
          done`,
        timeout: (SHUTDOWN + 60) * 1000,
      }),
    ),
  );
}

export function snapshotVms(vms: readonly Vm[], name: string): Plan {
  return vms.map(({ vm }) =>
    onComputer({
      sentence: { en: `Keep ${vm} as the snapshot ${name}`, ja: `${vm} をスナップショット ${name} に保存する` },
      command: sh`${embed(virsh)} snapshot-create-as ${vm} ${name} --atomic`,
    }),
  );
}

export function restoreVms(vms: readonly Vm[], name: string): Plan {
  return vms.map(({ vm }) =>
    onComputer({
      sentence: {
        en: `Bring ${vm} back to the snapshot ${name}`,
        ja: `${vm} をスナップショット ${name} の状態に戻す`,
      },
      command: sh`${embed(virsh)} snapshot-revert ${vm} ${name}`,
    }),
  );
}

export function deleteVms(vms: readonly Vm[]): readonly Change[] {
  return vms.map(({ vm, state }) =>
    onComputer({
      sentence: {
        en: `Delete the VM ${vm} with its disk and its snapshots`,
        ja: `VM ${vm} をディスクとスナップショットごと削除する`,
      },
      command: sh`
        ${state === 'running' ? embed(sh`${embed(virsh)} destroy ${vm} && `) : []}${embed(virsh)} undefine ${vm} --snapshots-metadata --nvram &&
        ${embed(withoutVolume(diskName(vm)))} && ${embed(withoutVolume(seedName(vm)))}`,
    }),
  );
}

/** Once no VM of the lab is left. */
export function removeNetwork(lab: VmLab): Change {
  const name = networkName(lab);
  return onComputer({
    sentence: { en: `Remove the network "${name}"`, ja: `ネットワーク「${name}」を取り除く` },
    command: sh`${embed(virsh)} net-destroy ${name} 2> /dev/null; ${embed(virsh)} net-undefine ${name}`,
  });
}

/** The addresses of nodes whose VMs are gone may be another's. @param reserved MAC addresses, as in `Ground` */
export function freeAddresses(lab: VmLab, nodes: readonly LabNode[], reserved: readonly string[]): readonly Change[] {
  const network = networkName(lab);
  return nodes
    .filter(({ name }) => reserved.includes(macOf(lab, name)))
    .map((node) =>
      onComputer({
        sentence: {
          en: `Free ${node.address} on the network "${network}"`,
          ja: `ネットワーク「${network}」で ${node.address} の割り当てを解く`,
        },
        command: sh`${embed(virsh)} net-update ${network} delete ip-dhcp-host ${hostXml(lab, node)} --live --config`,
      }),
    );
}
