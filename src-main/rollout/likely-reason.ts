import type { Text } from '../contract/text.ts';
import { isOverloaded, loadIn } from '../machines/machine-load.ts';
import { VM_REASONS } from './vm-reasons.ts';

export interface Reason {
  readonly sign: RegExp;
  readonly reason: Text;
  readonly remedy: Text;
}

/** What the output of well-known tools means. The first sign that is found counts. */
const REASONS: readonly Reason[] = [
  ...VM_REASONS,
  {
    sign: /No space left on device/i,
    reason: { en: 'The disk is full.', ja: 'ディスクがいっぱい。' },
    remedy: {
      en: 'Free some space on the machine (`df -h`), and roll out again.',
      ja: 'マシンの空きを増やし (`df -h`)、もう一度展開してください。',
    },
  },
  {
    sign: /running with swap on is not supported|swap is enabled/i,
    reason: { en: 'Swap is on: the kubelet does not start with it.', ja: 'スワップが有効で、kubelet が拒んでいる。' },
    remedy: {
      en: '`swapoff -a`, and look for zram or a swap unit (`systemctl --type swap`).',
      ja: '`swapoff -a` を実行し、zram や swap ユニット (`systemctl --type swap`) を確かめてください。',
    },
  },
  {
    sign: /\[ERROR Port-(\d+)\]/,
    reason: {
      en: 'Another program listens on a port that Kubernetes needs.',
      ja: 'Kubernetes が使うポートを別のプログラムが使っている。',
    },
    remedy: {
      en: '`ss -tlnp` shows the program: stop it, or remove the earlier cluster.',
      ja: '`ss -tlnp` でプログラムを調べて止めるか、以前のクラスターを取り除いてください。',
    },
  },
  {
    sign: /FileAvailable--etc-kubernetes|DirAvailable--var-lib-etcd/,
    reason: { en: 'An earlier cluster left files here.', ja: '以前のクラスターのファイルが残っている。' },
    remedy: {
      en: 'Remove it with `kubeadm reset` on that machine, and roll out again.',
      ja: 'そのマシンで `kubeadm reset` を実行して取り除き、もう一度展開してください。',
    },
  },
  {
    sign: /failed to pull image|ErrImagePull|ImagePull/,
    reason: {
      en: 'An image is not in containerd, and no registry can be reached.',
      ja: 'イメージが containerd になく、レジストリにも届かない。',
    },
    remedy: {
      en: 'Make the bundle again with that image, and roll out again.',
      ja: 'そのイメージを含むバンドルを作り直し、もう一度展開してください。',
    },
  },
  {
    sign: /x509: certificate (?:has expired|.{0,500}not yet valid)/i,
    reason: { en: 'The clocks of the machines disagree.', ja: 'マシンの時計がずれている。' },
    remedy: {
      en: '`timedatectl set-ntp true` on every machine, and roll out again.',
      ja: '全マシンで `timedatectl set-ntp true` を実行し、もう一度展開してください。',
    },
  },
  {
    sign: /modprobe: FATAL: Module (\S+) not found/,
    reason: { en: 'The kernel module is not installed.', ja: 'カーネルモジュールが入っていない。' },
    remedy: {
      en: 'Install linux-modules-extra-$(uname -r), or a full kernel instead of a minimal one.',
      ja: 'linux-modules-extra-$(uname -r) か、最小構成でないカーネルを入れてください。',
    },
  },
  {
    sign: /failed calling webhook/i,
    reason: {
      en: 'The API server cannot reach a webhook in a pod: often a pod network problem.',
      ja: 'API サーバーが Pod の Webhook に届かない。Pod ネットワークが原因のことが多い。',
    },
    remedy: {
      en: 'Run `hoplab verify pod-network`; if it passes, roll out again.',
      ja: '`hoplab verify pod-network` を実行し、成功するならもう一度展開してください。',
    },
  },
  {
    sign: /connection to the server .{0,500} was refused|dial tcp .{0,500}:6443: connect: connection refused/i,
    reason: { en: 'The API server does not run.', ja: 'API サーバーが動いていない。' },
    remedy: {
      en: '`journalctl -u kubelet -n 50` on the control plane shows why.',
      ja: 'コントロールプレーンで `journalctl -u kubelet -n 50` を見てください。',
    },
  },
  {
    sign: /(?:^|: )[\w.-]+: (?:command )?not found$/m,
    reason: { en: 'A program was not found in PATH.', ja: '必要なプログラムが見つからない。' },
    remedy: {
      en: "`hoplab up` installs Hoplab's programs, such as kubectl; `hoplab verify connect` shows what else is missing, and the packages.",
      ja: 'kubectl など Hoplab が入れるものは `hoplab up` で入り、ほかに足りないものとそのパッケージは `hoplab verify connect` で分かります。',
    },
  },
  {
    sign: /couldn't validate the identity of the API Server|i\/o timeout.{0,500}6443|:6443.{0,500}i\/o timeout/i,
    reason: {
      en: 'The worker cannot reach the API server on TCP 6443.',
      ja: 'ワーカーから API サーバーの TCP 6443 に届かない。',
    },
    remedy: {
      en: 'Open TCP 6443 from the workers to the control plane.',
      ja: 'ワーカーからコントロールプレーンへの TCP 6443 を開けてください。',
    },
  },
];

export function likelyReason(output: string): Pick<Reason, 'reason' | 'remedy'> | undefined {
  return slowMachine(output) ?? REASONS.find(({ sign }) => sign.test(output));
}

const OUT_OF_TIME = /context deadline exceeded|timed out|timeout/i;

/** Something did not come in time, and the machine was measured to have too much to do then. */
function slowMachine(output: string): Pick<Reason, 'reason' | 'remedy'> | undefined {
  const measured = loadIn(output);
  if (!measured || !isOverloaded(measured) || !OUT_OF_TIME.test(output)) return undefined;
  const { load, processors, waiting } = measured;
  const share =
    waiting === undefined
      ? { en: '', ja: '' }
      : {
          en: `, and something waited for a processor ${waiting} % of the time`,
          ja: `、時間の ${waiting} % は CPU 待ち`,
        };
  return {
    reason: {
      en: `The machine is overloaded: ${load} runnable processes on ${processors} processors${share.en}.`,
      ja: `マシンの処理が追いついていない: CPU ${processors} 個に対して実行待ちのプロセスが ${load} 個${share.ja}。`,
    },
    remedy: {
      en: 'Roll out again when the load is lower (`uptime`), or give the VM more processors; other VMs on the same computer count as well.',
      ja: '負荷が下がってから (`uptime`) もう一度展開するか、VM の CPU を増やしてください。同じコンピューターの他の VM の負荷も影響します。',
    },
  };
}
