import type { Text } from '../contract/text.ts';
import type { Programs } from '../facts/programs.ts';

/** How packages are installed, by a word of os-release(5). */
const INSTALLERS = [
  { families: ['debian', 'ubuntu'], command: 'sudo apt-get install' },
  { families: ['rhel', 'fedora', 'centos'], command: 'sudo dnf install' },
  { families: ['suse', 'opensuse'], command: 'sudo zypper install' },
  { families: ['arch'], command: 'sudo pacman -S' },
] as const;

/** The package of each program, in the order of the installers. */
const PACKAGES: Readonly<Record<string, readonly [string, string, string, string]>> = {
  arping: ['iputils-arping', 'iputils', 'iputils', 'iputils'],
  awk: ['mawk', 'gawk', 'gawk', 'gawk'],
  conntrack: ['conntrack', 'conntrack-tools', 'conntrack-tools', 'conntrack-tools'],
  curl: ['curl', 'curl', 'curl', 'curl'],
  dig: ['bind9-dnsutils', 'bind-utils', 'bind-utils', 'bind'],
  getent: ['libc-bin', 'glibc-common', 'glibc', 'glibc'],
  gzip: ['gzip', 'gzip', 'gzip', 'gzip'],
  ip: ['iproute2', 'iproute', 'iproute2', 'iproute2'],
  iptables: ['iptables', 'iptables', 'iptables', 'iptables'],
  'iptables-save': ['iptables', 'iptables', 'iptables', 'iptables'],
  losetup: ['mount', 'util-linux', 'util-linux', 'util-linux'],
  mount: ['mount', 'util-linux', 'util-linux', 'util-linux'],
  modprobe: ['kmod', 'kmod', 'kmod', 'kmod'],
  nft: ['nftables', 'nftables', 'nftables', 'nftables'],
  nsenter: ['util-linux', 'util-linux', 'util-linux', 'util-linux'],
  ping: ['iputils-ping', 'iputils', 'iputils', 'iputils'],
  pkill: ['procps', 'procps-ng', 'procps', 'procps-ng'],
  'qemu-img': [
    'qemu-utils qemu-system libvirt-daemon-system',
    'qemu-kvm qemu-img libvirt-daemon-kvm',
    'qemu-tools qemu-kvm libvirt-daemon-qemu',
    'qemu-full libvirt dnsmasq',
  ],
  resolvectl: ['systemd-resolved', 'systemd-resolved', 'systemd-resolved', 'systemd'],
  ssh: ['openssh-client', 'openssh-clients', 'openssh-clients', 'openssh'],
  ss: ['iproute2', 'iproute', 'iproute2', 'iproute2'],
  bridge: ['iproute2', 'iproute', 'iproute2', 'iproute2'],
  swapoff: ['mount', 'util-linux', 'util-linux', 'util-linux'],
  sysctl: ['procps', 'procps-ng', 'procps', 'procps-ng'],
  virsh: [
    'libvirt-clients libvirt-daemon-system qemu-system',
    'libvirt-client libvirt-daemon-kvm',
    'libvirt-client libvirt-daemon-qemu',
    'libvirt qemu-full dnsmasq',
  ],
  xorriso: ['xorriso', 'xorriso', 'xorriso', 'libisoburn'],
  xargs: ['findutils', 'findutils', 'findutils', 'findutils'],
};
/** Of all other programs that are asked for. */
const BASE = ['coreutils', 'coreutils', 'coreutils', 'coreutils'] as const;

/** What to type so that the missing programs are there; the packages of Debian and of Red Hat where the system is neither. */
export function howToInstall({ missing, distribution }: Programs): Text {
  const words = distribution.split(' ');
  const index = INSTALLERS.findIndex(({ families }) => families.some((family) => words.includes(family)));
  const packages = (at: number) => [...new Set(missing.map((program) => packageOf(program, at)))].join(' ');
  const installer = INSTALLERS[index];
  if (installer) {
    const command = `${installer.command} ${packages(index)}`;
    return { en: `\`${command}\``, ja: `\`${command}\` を実行してください。` };
  }
  const both = `Debian, Ubuntu: ${packages(0)}; Fedora, RHEL: ${packages(1)}`;
  return { en: `Install their packages (${both}).`, ja: `パッケージを入れてください (${both})。` };
}

function packageOf(program: string, at: number): string {
  if (program === 'systemctl') return 'systemd';
  return ['grep', 'sed'].includes(program) ? program : ((PACKAGES[program] ?? BASE)[at] ?? program);
}
