import type { Reply } from './table-machine.ts';

/** What a bare Linux machine says: it has its own tools, and nothing of Kubernetes. */
export function bare(command: string): Reply | undefined {
  if (command.startsWith('uname -s; uname -n')) {
    return { stdout: 'Linux\nbare\nx86_64\n2\n4096\nab12\nfeed\ncgroup2fs\nnone\n\n/dev/sda2\n' };
  }
  if (command.startsWith('systemctl show')) {
    const units = ['containerd', 'kubelet'].map((name) => `Id=${name}.service\nActiveState=inactive\nUnitFileState=\n`);
    return { stdout: units.join('\n') };
  }
  return undefined;
}
