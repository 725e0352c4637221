import type { Vm } from '../../contract/machines.ts';
import { sh } from '../../machines/command.ts';
import { together, type Change, type Plan } from '../../plan/plan.ts';
import { onComputer } from '../provider.ts';
import { restoringOf, snapshotOf } from './look.ts';

/** Milliseconds: Lima itself waits fifteen minutes for a VM. */
const START = 1_000_000;
const STOP = 300_000;
const COPY = 900_000;

/** @param input the template, as `template` writes it */
export function createVm(vm: string, input: () => Promise<string>): Change {
  return onComputer({
    sentence: { en: `Make the VM ${vm}`, ja: `VM ${vm} を作る` },
    command: sh`umask 077; limactl create --tty=false --name=${vm} -`,
    input: async () => ({ content: await input() }),
  });
}

/** The first one alone, for it brings the network up. */
export function startVms(vms: readonly Vm[]): Plan {
  const [first, ...others] = vms.map(({ vm }) =>
    onComputer({
      sentence: { en: `Start the VM ${vm}`, ja: `VM ${vm} を起動する` },
      command: sh`limactl start --tty=false --timeout=15m ${vm}`,
      timeout: START,
    }),
  );
  return first ? [first, together(others)] : [];
}

export function stopVms(vms: readonly Vm[]): Plan {
  return together(vms.map(({ vm }) => stopVm(vm)));
}

function stopVm(vm: string): Change {
  return onComputer({
    sentence: { en: `Shut the VM ${vm} down`, ja: `VM ${vm} をシャットダウンする` },
    command: sh`
      limactl stop ${vm} &
      stopping=$!
      seconds=0
      while kill -0 $stopping 2> /dev/null && [ $seconds -lt 90 ]; do
        sleep 1
        seconds=$((seconds + 1))
      done
      kill $stopping 2> /dev/null
      wait $stopping && exit
      echo ${`${vm} did not shut down: it is turned off`} >&2
      limactl stop --force ${vm}`,
    timeout: STOP,
  });
}

/** As clones, which every driver of Lima has: `limactl snapshot` knows QEMU alone. */
export function snapshotVms(vms: readonly Vm[], name: string): Plan {
  return vms.map(({ vm }) =>
    onComputer({
      sentence: { en: `Keep the VM ${vm} as it is, as ${name}`, ja: `VM ${vm} の今の状態を ${name} として残す` },
      command: sh`limactl clone --tty=false ${vm} ${snapshotOf(vm, name)}`,
      timeout: COPY,
    }),
  );
}

/** Copied first: the VM is deleted once there is another one to take its place. */
export function restoreVms(vms: readonly Vm[], name: string): Plan {
  return vms.map(({ vm }) =>
    onComputer({
      sentence: { en: `Bring the VM ${vm} back to ${name}`, ja: `VM ${vm} を ${name} の状態に戻す` },
      command: sh`
        set -e
        limactl delete --force ${restoringOf(vm)}
        limactl clone --tty=false ${snapshotOf(vm, name)} ${restoringOf(vm)}
        limactl delete --force ${vm}
        limactl rename --tty=false ${restoringOf(vm)} ${vm}`,
      timeout: COPY,
    }),
  );
}

/** @param instances the VM, and what else there is of it */
export function deleteVm(vm: string, instances: readonly string[]): Change {
  return onComputer({
    sentence: {
      en: `Delete the VM ${vm} with its disk and snapshots`,
      ja: `VM ${vm} をディスクとスナップショットごと削除する`,
    },
    command: sh`limactl delete --force ${instances}`,
  });
}
