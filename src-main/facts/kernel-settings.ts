import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';

/** What Kubernetes needs: nodes forward packets, and bridged ones pass iptables. */
export const KERNEL_SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['net.ipv4.ip_forward', '1'],
  ['net.bridge.bridge-nf-call-iptables', '1'],
  ['net.bridge.bridge-nf-call-ip6tables', '1'],
];

/** Those settings as they are, by their sysctl name; absent where the kernel does not know the name (module not loaded). */
export const kernelSettings: Fact<ReadonlyMap<string, string>> = {
  id: 'kernel-settings',
  sudo: true, // sysctl is not in the PATH of Debian's users
  command: sh`sysctl ${KERNEL_SETTINGS.map(([name]) => name)} 2>/dev/null`,
  accept: 'any',
  parse: ({ stdout }) =>
    new Map(
      linesOf(stdout, (line): [string, string] | undefined => {
        const [name = '', value] = line.split(' = ', 2);
        return value === undefined || !/^net\.[\w.-]+$/.test(name) ? undefined : [name, value.trim()];
      }),
    ),
};
