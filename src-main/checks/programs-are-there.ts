import type { Check } from './check.ts';
import { missingPrograms } from './missing-programs.ts';

/** Of util-linux, kmod, iproute2 and others: what the stages, the paths and kubeadm's own preflight call on a node. */
const PROGRAMS = [
  ...['awk', 'bridge', 'conntrack', 'curl', 'cut', 'grep', 'gzip', 'ip', 'iptables', 'iptables-save', 'losetup'],
  ...['mktemp', 'modprobe', 'mount', 'nft', 'nsenter', 'ping', 'pkill', 'sed', 'seq', 'sha256sum', 'ss', 'stat'],
  ...['swapoff', 'sysctl', 'systemctl', 'timeout', 'xargs'],
];

export const programsAreThere: Check = {
  id: 'programs-are-there',
  sentence: {
    en: 'All programs that later stages run on the node are installed',
    ja: '後のステージがノードで使うプログラムがすべて入っている',
  },
  on: 'every-node',
  ask: (question) => missingPrograms(question, PROGRAMS, true),
};
