import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

export interface System {
  /** `Linux`, `Darwin`. */
  readonly kernel: string;
  readonly hostname: string;
  /** As Go and container images name it. */
  readonly arch: 'amd64' | 'arm64' | 'unknown';
  readonly cpus: number;
  /** MiB. */
  readonly memory: number;
  /** The DMI product_uuid, lower case; empty where the machine has none of its own: in a container it is the host's. */
  readonly productUuid: string;
  readonly machineId: string;
  readonly cgroup: 'v1' | 'v2' | 'unknown';
  /** Active swap devices and files. */
  readonly swaps: readonly string[];
}

/** What a Linux machine is. Sources: uname, /proc/meminfo, DMI, /etc/machine-id, the type of /sys/fs/cgroup, /proc/swaps. */
export const system: Fact<System> = {
  id: 'system',
  sudo: true,
  command: sh`
    uname -s
    uname -n
    uname -m
    nproc
    awk '/^MemTotal:/ {print int($2 / 1024)}' /proc/meminfo
    printf '%s\\n' "$(cat /sys/class/dmi/id/product_uuid 2> /dev/null)"
    printf '%s\\n' "$(cat /etc/machine-id 2> /dev/null)"
    printf '%s\\n' "$(stat -fc %T /sys/fs/cgroup 2> /dev/null)"
    printf '%s\\n' "$(systemd-detect-virt --container 2> /dev/null)"
    awk 'NR > 1 {print $1}' /proc/swaps`,
  parse({ stdout }) {
    const [
      kernel = '',
      hostname = '',
      arch = '',
      cpus = '',
      memory = '',
      uuid = '',
      id = '',
      cgroup = '',
      container = '',
      ...swaps
    ] = stdout.split('\n');
    if (!/^(?:Linux|Darwin|\w*BSD|SunOS)$/.test(kernel)) throw new Error('no name of a kernel');
    if (kernel === 'Linux' && ![cpus, memory].every((line) => /^\d+$/.test(line)))
      throw new Error('no number of processors, or no memory');
    return {
      kernel,
      hostname,
      arch: ARCHITECTURES[arch] ?? 'unknown',
      cpus: Number(cpus),
      memory: Number(memory),
      productUuid: isContainer(container) ? '' : uuid.trim().toLowerCase(),
      machineId: id.trim(),
      cgroup: CGROUPS[cgroup] ?? 'unknown',
      swaps: swaps.filter((line) => line !== ''),
    };
  },
};

/** `systemd-detect-virt` prints `none` and fails outside containers. */
function isContainer(answer: string): boolean {
  return answer !== '' && answer !== 'none';
}

const ARCHITECTURES: Readonly<Record<string, System['arch']>> = {
  x86_64: 'amd64',
  amd64: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
};

const CGROUPS: Readonly<Record<string, System['cgroup']>> = { cgroup2fs: 'v2', tmpfs: 'v1' };
