import { describe, expect, it } from 'vitest';
import { clusterList } from '../../../src-main/cluster/kinds.ts';
import { FactReader } from '../../../src-main/facts/fact.ts';
import { CommandFailed } from '../../../src-main/machines/errors.ts';
import { kubeadmFiles } from '../bare-machine.ts';
import { TableMachine, type Replies, type Reply } from '../table-machine.ts';

describe('the objects of a kind', () => {
  const read = (reply: Reply, files: readonly string[]) => {
    const replies: Replies = (command) => (command.startsWith('kubectl') ? reply : kubeadmFiles(files));
    return new FactReader().read(new TableMachine('k8s-master', replies), clusterList('services'));
  };

  it.each([
    { stderr: 'sh: 1: kubectl: not found\n', exitCode: 127 },
    { stderr: 'sudo: kubectl: command not found\n', exitCode: 1 },
  ])('are none where there is no kubectl and no cluster, and unknown where there is one: $stderr', async (reply) => {
    expect(await read(reply, [])).toEqual({ state: 'none' });
    await expect(read(reply, ['/etc/kubernetes/admin.conf'])).rejects.toBeInstanceOf(CommandFailed);
  });

  it.each([
    ['none', `error: the server doesn't have a resource type "gateways"`],
    ['none', 'Error from server (NotFound): namespaces "kube-system" not found'],
    ['none', 'error: stat /etc/kubernetes/admin.conf: no such file or directory'],
    ['unreadable', 'The connection to the server 192.168.2.10:6443 was refused'],
    [
      'unreadable',
      'error while loading shared libraries: libc.so.6: cannot open shared object file: No such file or directory',
    ],
    ['unreadable', 'Unable to connect to the server: dial tcp: lookup k8s-master: host not found'],
  ])('are %s where kubectl says: %s', async (state, stderr) => {
    expect(await read({ stderr, exitCode: 1 }, ['/etc/kubernetes/admin.conf'])).toMatchObject({ state });
  });
});
