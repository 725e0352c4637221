import { kubeadmState } from '../../src-main/facts/kubeadm-state.ts';
import { kubeletSurroundings } from '../../src-main/facts/kubelet-surroundings.ts';
import { system } from '../../src-main/facts/system.ts';
import type { Reply } from './table-machine.ts';

/** What a bare Linux machine says: it has its own tools, and nothing of Kubernetes. */
export function bare(command: string): Reply | undefined {
  if (command === system.command) {
    return { stdout: 'Linux\nbare\nx86_64\n2\n4096\nab12\nfeed\ncgroup2fs\nnone\n\n/dev/sda2\n' };
  }
  if (command.startsWith('systemctl show')) {
    const units = ['containerd', 'kubelet'].map((name) => `Id=${name}.service\nActiveState=inactive\nUnitFileState=\n`);
    return { stdout: units.join('\n') };
  }
  const hashed = /sha256sum (\/[^;]*); else/.exec(command)?.[1];
  if (hashed !== undefined) return { stderr: hashed.split(' ').map(absent('sha256sum')).join(''), exitCode: 1 };
  if (command.startsWith('cat /proc/$$/environ')) return { stdout: '==\n' };
  if (command.startsWith('cat /')) return { stderr: absent('cat')(command.slice('cat '.length)), exitCode: 1 };
  if (command.startsWith('[ -e /var/lib/hoplab/installed ]')) return { stdout: '==\n' };
  if (command === kubeadmState.command) return kubeadmFiles([]);
  if (command.startsWith('for file in /')) return {};
  if (command.startsWith('for program in ')) return { stdout: 'of debian\n' };
  if (command === kubeletSurroundings.command) return { stdout: '==\n' };
  if (/^grep -niF '?\S+ \/etc\/hosts$/.test(command)) return { exitCode: 1 };
  if (command === 'ls -1 /etc/cni/net.d') return { stderr: absent('ls')('cannot access'), exitCode: 2 };
  if (command.startsWith('systemctl is-active systemd-resolved'))
    return { stdout: 'inactive\nfolder \n==\n', exitCode: 1 };
  if (command.startsWith('resolvectl domain')) return { stdout: RESOLVED, exitCode: 1 };
  if (command.startsWith('scutil --dns')) return { stdout: 'resolver #1\n  nameserver[0] : 192.168.2.1\n' };
  const program = command.split(' ', 1)[0] ?? '';
  return ['ctr', 'kubectl'].includes(program) ? { stderr: `sh: 1: ${program}: not found\n`, exitCode: 127 } : undefined;
}

const RESOLVED =
  'Global:\nLink 2 (eth0):\nGlobal:\nLink 2 (eth0): 192.168.2.1\n' +
  'kubernetes.default.svc.cluster.local: resolve call failed: No appropriate name servers or networks for name found\n';

/** What is answered to the question which files kubeadm has left, where these are there. */
export function kubeadmFiles(there: readonly string[]): Reply {
  const asked = /^for file in (.*); do/.exec(kubeadmState.command)?.[1]?.split(' ') ?? [];
  return { stdout: asked.map((path) => `${there.includes(path) ? '+' : '-'} ${path}\n`).join('') };
}

function absent(program: string): (path: string) => string {
  return (path) => `${program}: ${path}: No such file or directory\n`;
}
