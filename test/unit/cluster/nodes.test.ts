import { describe, expect, it } from 'vitest';
import { isSilent } from '../../../src-main/cluster/kubectl.ts';
import { clusterNodes } from '../../../src-main/cluster/nodes.ts';
import { FactReader } from '../../../src-main/facts/fact.ts';
import { UNFINISHED } from '../../../src-main/facts/kubeadm-state.ts';
import { ApiServerSilent, CommandFailed } from '../../../src-main/machines/errors.ts';
import { kubeadmFiles } from '../bare-machine.ts';
import { TableMachine, type Replies, type Reply } from '../table-machine.ts';

const parse = (stdout: string) => clusterNodes.parse({ stdout, stderr: '', exitCode: 0 });

describe('the nodes that are registered', () => {
  const read = (reply: Reply, files: readonly string[] = ['/etc/kubernetes/admin.conf']) => {
    const replies: Replies = (command) => (command.startsWith('kubectl') ? reply : kubeadmFiles(files));
    return new FactReader().read(new TableMachine('k8s-master', replies), clusterNodes);
  };
  const REFUSED = 'The connection to the server 192.168.2.10:6443 was refused - did you specify the right host?\n';

  const NO_KUBECTL = { stderr: 'sh: 1: kubectl: not found\n', exitCode: 127 };

  it.each([NO_KUBECTL, { stderr: 'error: stat /etc/kubernetes/admin.conf: no such file or directory\n', exitCode: 1 }])(
    'are none where there is no admin.conf: $stderr',
    async (reply) => {
      expect(await read(reply, [])).toEqual([]);
    },
  );

  it.each([
    NO_KUBECTL,
    { stderr: 'sh: 1: kubectl: Permission denied\n', exitCode: 126 },
    { stderr: 'error: open /etc/kubernetes/admin.conf: permission denied\n', exitCode: 1 },
    { stderr: 'error: stat /etc/kubernetes/admin.conf: no such file or directory\n', exitCode: 1 },
    { exitCode: 137 },
  ])('are not known where there is an admin.conf and kubectl ends so: $exitCode $stderr', async (reply) => {
    await expect(read(reply)).rejects.toBeInstanceOf(CommandFailed);
  });

  it('are not known where kubectl says nothing', async () => {
    await expect(read({})).rejects.toThrow();
  });

  it.each([
    REFUSED,
    'Unable to connect to the server: dial tcp 192.168.2.10:6443: i/o timeout\n',
    'Unable to connect to the server: net/http: TLS handshake timeout\n',
    'Error from server (Timeout): the server was unable to return a response in the time allotted\n',
    'Error from server: etcdserver: request timed out\n',
  ])('are not known while the API server does not answer: %s', async (stderr) => {
    const error: unknown = await read({ stderr, exitCode: 1 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiServerSilent);
    expect(error).toMatchObject({ machine: 'k8s-master', retryable: true });
  });

  it('are not known when kubectl complains of something else: waiting would not help', async () => {
    const stderr =
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired\n';
    const error: unknown = await read({ stderr, exitCode: 1 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailed);
  });

  it('are not what a check waits for that asks for a kind of tomorrow, or a webhook that is refused', () => {
    for (const stderr of [
      `error: the server doesn't have a resource type "gateway"\n`,
      'Error from server (InternalError): failed calling webhook "x": dial tcp 10.96.1.2:443: connect: connection refused\n',
    ]) {
      expect(isSilent({ stderr, exitCode: 1 })).toBe(false);
    }
    expect(isSilent({ stderr: REFUSED, exitCode: 1 })).toBe(true);
  });

  it('are none where kubeadm was cut off before there was a cluster', async () => {
    expect(await read({ stderr: REFUSED, exitCode: 1 }, ['/etc/kubernetes/admin.conf', UNFINISHED])).toEqual([]);
  });

  it('tell what the API server knows of them', () => {
    const ready = { type: 'Ready', status: 'True', message: 'kubelet is posting ready status' };
    const item = {
      metadata: { name: 'k8s-master', labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: {
        podCIDR: '10.244.0.0/24',
        taints: [{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' }],
      },
      status: {
        addresses: [
          { address: 'k8s-master', type: 'Hostname' },
          { address: '192.168.2.10', type: 'InternalIP' },
        ],
        conditions: [{ type: 'MemoryPressure', status: 'False' }, ready],
        nodeInfo: { kubeletVersion: 'v1.37.1', other: 1 },
      },
    };
    expect(parse(JSON.stringify({ items: [item] }))).toEqual([
      {
        name: 'k8s-master',
        ready: true,
        reason: ready.message,
        internalAddress: '192.168.2.10',
        podCidr: '10.244.0.0/24',
        kubeletVersion: 'v1.37.1',
        taints: ['node-role.kubernetes.io/control-plane'],
        labels: item.metadata.labels,
      },
    ]);
  });

  it('are not ready before the kubelet has said so', () => {
    const item = { metadata: { name: 'a' }, spec: {}, status: { nodeInfo: { kubeletVersion: 'v1.37.1' } } };
    expect(parse(JSON.stringify({ items: [item] }))).toMatchObject([{ name: 'a', ready: false, taints: [] }]);
  });
});
