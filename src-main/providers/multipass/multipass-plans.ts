import type { Vm } from '../../contract/machines.ts';
import { sh } from '../../machines/command.ts';
import { together, type Change, type Plan } from '../../plan/plan.ts';
import { onComputer, type VmLab } from '../provider.ts';

/** Milliseconds; Multipass itself is given a minute less. */
const LAUNCH = 960_000;
const STOP = 300_000;
const COPY = 900_000;

/** Makes a VM and starts it. @param userData its cloud-config, when the change runs */
export function launchVm(
  vm: string,
  image: string,
  { cpus, memory, disk }: VmLab['machines'],
  userData: () => string,
): Change {
  return onComputer({
    sentence: { en: `Make and start the VM ${vm}`, ja: `VM ${vm} を作って起動する` },
    command: sh`multipass launch --name ${vm} --cpus ${cpus} --memory ${memory}M --disk ${disk}G --timeout 900 --cloud-init - ${`file://${image}`}`,
    input: async () => ({ content: userData() }),
    timeout: LAUNCH,
  });
}

export function startVms(vms: readonly Vm[]): Plan {
  return together(
    vms.map(({ vm }) =>
      onComputer({
        sentence: { en: `Start the VM ${vm}`, ja: `VM ${vm} を起動する` },
        command: sh`multipass start --timeout 900 ${vm}`,
        timeout: LAUNCH,
      }),
    ),
  );
}

export function stopVms(vms: readonly Vm[]): Plan {
  return together(
    vms.map(({ vm }) =>
      onComputer({
        sentence: { en: `Shut the VM ${vm} down`, ja: `VM ${vm} をシャットダウンする` },
        command: sh`multipass stop ${vm} || multipass stop --force ${vm}`,
        timeout: STOP,
      }),
    ),
  );
}

export function snapshotVms(vms: readonly Vm[], name: string): Plan {
  return vms.map(({ vm }) =>
    onComputer({
      sentence: { en: `Keep the VM ${vm} as it is, as ${name}`, ja: `VM ${vm} の今の状態を ${name} として残す` },
      command: sh`multipass snapshot --name ${name} ${vm}`,
      timeout: COPY,
    }),
  );
}

export function restoreVms(vms: readonly Vm[], name: string): Plan {
  return vms.map(({ vm }) =>
    onComputer({
      sentence: { en: `Bring the VM ${vm} back to ${name}`, ja: `VM ${vm} を ${name} の状態に戻す` },
      command: sh`multipass restore --destructive ${`${vm}.${name}`}`,
      timeout: COPY,
    }),
  );
}

export function deleteVms(vms: readonly Vm[]): Plan {
  return vms.map(({ vm }) =>
    onComputer({
      sentence: {
        en: `Delete the VM ${vm} with its disk and snapshots`,
        ja: `VM ${vm} をディスクとスナップショットごと削除する`,
      },
      command: sh`multipass delete --purge ${vm}`,
    }),
  );
}
