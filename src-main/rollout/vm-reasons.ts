import type { Reason } from './likely-reason.ts';

/** What Lima and Multipass say where a VM could not be made or started. */
export const VM_REASONS: readonly Reason[] = [
  {
    sign: /failed to download .{0,500}no such file or directory/i,
    reason: { en: 'The image of the VM is no longer where it was.', ja: 'VM のイメージが元の場所にもうない。' },
    remedy: {
      en: 'Delete the VMs that were never started (`hoplab machines delete`) and make them again: the image is downloaded again where it is missing.',
      ja: '一度も起動していない VM を削除し (`hoplab machines delete`)、作り直してください。ないイメージはもう一度ダウンロードされます。',
    },
  },
  {
    sign: /did not receive an event with the .{0,5}running.{0,5} status|timed out waiting for (?:initialization|response)/i,
    reason: {
      en: 'The VM started and was not ready in time.',
      ja: 'VM は起動したが、時間内に使えるようにならなかった。',
    },
    remedy: {
      en: 'Stop it and start it again; if that does not help, give the VMs less memory or fewer processors than this computer has free (machines in the lab file).',
      ja: '止めてからもう一度起動してください。それでもだめなら、ラボファイルの machines でメモリーと CPU をこのコンピューターの空きより小さくしてください。',
    },
  },
  {
    sign: /sudoers file .{0,500}(?:out of sync|no such file)|can't read .{0,200}sudoers/i,
    reason: { en: 'Lima may not start its network as root.', ja: 'Lima がネットワークを root で起動できない。' },
    remedy: {
      en: 'Install the rules again: `limactl sudoers > etc_sudoers.d_lima && sudo install -o root etc_sudoers.d_lima /etc/sudoers.d/lima`.',
      ja: 'ルールを入れ直してください: `limactl sudoers > etc_sudoers.d_lima && sudo install -o root etc_sudoers.d_lima /etc/sudoers.d/lima`',
    },
  },
  {
    sign: /instance .{1,200} already exists/i,
    reason: { en: 'There is a VM of that name.', ja: '同じ名前の VM がすでにある。' },
    remedy: {
      en: 'Give the lab another name, or delete that VM yourself.',
      ja: 'ラボの名前を変えるか、その VM を自分で削除してください。',
    },
  },
  {
    sign: /cannot connect to the multipass socket|multipassd.{0,50}not running/i,
    reason: { en: "Multipass' service does not run.", ja: 'Multipass のサービスが動いていない。' },
    remedy: {
      en: 'Start it: open Multipass on a Mac; `sudo snap start multipass` on Linux.',
      ja: '起動してください。Mac では Multipass を開き、Linux では `sudo snap start multipass` を実行します。',
    },
  },
];
