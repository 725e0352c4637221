import { KERNEL_SETTINGS } from '../facts/kernel-settings.ts';
import { controlPlane, type Lab, type LabNode } from '../lab/lab.ts';
import { withBlock, withoutBlock } from '../machines/marked-block.ts';

/** The small files that a node gets. Paths are absolute; contents end in a newline. */
export interface NodeFile {
  readonly path: string;
  readonly content: string;
  /** What it is for, in a word: used in sentences. */
  readonly about: { readonly en: string; readonly ja: string };
}

export const MODULES = ['overlay', 'br_netfilter', 'vxlan'];

export const modulesFile: NodeFile = {
  path: '/etc/modules-load.d/hoplab.conf',
  content: lines(['# Written by Hoplab: what the pod network and kube-proxy need', ...MODULES]),
  about: { en: 'kernel modules to load at boot', ja: '起動時に読み込むカーネルモジュール' },
};

export const settingsFile: NodeFile = {
  path: '/etc/sysctl.d/90-hoplab.conf',
  content: lines([
    '# Written by Hoplab: nodes forward packets, and bridged ones pass iptables',
    ...KERNEL_SETTINGS.map(([name, value]) => `${name} = ${value}`),
  ]),
  about: { en: 'kernel settings', ja: 'カーネル設定' },
};

/** containerd's configuration. Without the file, and its `imports`, drop-ins in conf.d are not read (met on the lab). */
export function containerdConfig(pauseImage: string): NodeFile {
  return {
    path: '/etc/containerd/config.toml',
    content: lines([
      '# Written by Hoplab',
      'version = 3',
      'imports = ["/etc/containerd/conf.d/*.toml"]',
      "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
      `  sandbox = "${pauseImage}"`,
      "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]",
      '  SystemdCgroup = true',
    ]),
    about: { en: "containerd's configuration", ja: 'containerd の設定' },
  };
}

export const containerdUnit: NodeFile = {
  path: '/etc/systemd/system/containerd.service',
  content: lines([
    '# Written by Hoplab',
    '[Unit]',
    'Description=containerd container runtime',
    'After=network.target',
    '[Service]',
    'Type=notify',
    'Delegate=yes',
    'KillMode=process',
    'ExecStartPre=-/sbin/modprobe overlay',
    'ExecStart=/usr/local/bin/containerd',
    'Restart=always',
    'RestartSec=2',
    'LimitNOFILE=infinity',
    'TasksMax=infinity',
    '[Install]',
    'WantedBy=multi-user.target',
  ]),
  about: { en: "containerd's service", ja: 'containerd のサービス' },
};

export const kubeletUnit: NodeFile = {
  path: '/etc/systemd/system/kubelet.service',
  content: lines([
    '# Written by Hoplab: kubeadm writes config.yaml and kubeadm-flags.env',
    '[Unit]',
    'Description=kubelet',
    'After=containerd.service',
    'Wants=network-online.target',
    '[Service]',
    'Environment="KUBECONFIGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"',
    'EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env',
    'ExecStart=/usr/local/bin/kubelet $KUBECONFIGS --config=/var/lib/kubelet/config.yaml $KUBELET_KUBEADM_ARGS',
    'Restart=always',
    'RestartSec=2',
    '[Install]',
    'WantedBy=multi-user.target',
  ]),
  about: { en: "the kubelet's service", ja: 'kubelet のサービス' },
};

/** /etc/hosts with the lab's nodes in a marked block; everything outside the block stays as it is. */
export function withHosts(hosts: string, nodes: readonly LabNode[]): string {
  return withBlock(
    hosts,
    nodes.map(({ address, name }) => `${address} ${name}`),
  );
}

export function withoutHosts(hosts: string): string {
  return withoutBlock(hosts);
}

/** containerd last: it is started when the other is there. */
export const runtimePrograms = ['runc', 'containerd'];

/** kubectl only where the administrator's kubeconfig is. */
export function kubernetesPrograms(lab: Lab, node: LabNode): readonly string[] {
  const everywhere = ['kubelet', 'kubeadm', 'cni-plugins'];
  return node === controlPlane(lab) ? [...everywhere, 'kubectl'] : everywhere;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
