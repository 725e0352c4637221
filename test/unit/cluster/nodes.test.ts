import { describe, expect, it } from 'vitest';
import { clusterNodes } from '../../../src-main/cluster/nodes.ts';

const parse = (stdout: string) => clusterNodes.parse({ stdout, stderr: '', exitCode: 0 });

describe('the nodes that are registered', () => {
  it('are none while there is no API server', () => {
    expect(parse('')).toEqual([]);
    expect(parse('The connection to the server 192.168.2.10:6443 was refused\n')).toEqual([]);
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
