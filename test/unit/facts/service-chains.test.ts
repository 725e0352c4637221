import { describe, expect, it } from 'vitest';
import { serviceChains, type ServiceChain } from '../../../src-main/facts/service-chains.ts';
import { sample } from '../topology/sampled-lab.ts';

const printed = (stdout: string, stderr = '') => ({ stdout, stderr, exitCode: 0, duration: 1, at: 0 });
const of = (name: string) => serviceChains.parse(printed(sample(name)));

function found(all: readonly ServiceChain[], match: string, protocol = 'TCP'): ServiceChain | undefined {
  return all.find((chain) => chain.match === match && chain.protocol === protocol);
}

describe('the chains of kube-proxy, from real machines', () => {
  it('iptables: the VIP, through its chains to three pods with the same chance', () => {
    const vip = found(of('second-service-chains.txt'), '192.168.2.200:80');
    expect(vip).toMatchObject({
      service: 'shortener/shortener-lb',
      chains: ['KUBE-SERVICES', 'KUBE-EXT-VPKVJGQPLPYUXHWR', 'KUBE-SVC-VPKVJGQPLPYUXHWR'],
    });
    expect(vip?.endpoints.map(({ address }) => address)).toEqual([
      '10.244.1.3:8080',
      '10.244.1.4:8080',
      '10.244.3.3:8080',
    ]);
    for (const { share } of vip?.endpoints ?? []) expect(share).toBeCloseTo(1 / 3, 6);
  });

  it('iptables: a NodePort, also over UDP, and an address inside the cluster', () => {
    const all = of('leader-service-chains.txt');
    expect(found(all, '*:30053', 'UDP')).toMatchObject({
      service: 'kube-system/coredns-lan',
      chains: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-EXT-BBCCAN4HF6JS6NK7', 'KUBE-SVC-BBCCAN4HF6JS6NK7'],
      endpoints: [
        { address: '10.244.0.2:53', share: 0.5 },
        { address: '10.244.0.3:53', share: 0.5 },
      ],
    });
    expect(found(all, '10.96.0.1:443')?.chains).toEqual(['KUBE-SERVICES', 'KUBE-SVC-NPX46M4PTMTKRN6Y']);
    expect(all.filter(({ match }) => match === '*:30080')).toHaveLength(1);
  });

  it('iptables: a Service that stays on its node leads nowhere on a node without its pods, and to them on theirs', () => {
    expect(found(of('leader-service-chains.txt'), '192.168.2.201:80')).toMatchObject({
      chains: ['KUBE-SERVICES', 'KUBE-EXT-FMAVOZ4UO6FFRUK6'],
      endpoints: [],
    });
    expect(found(of('second-service-chains.txt'), '192.168.2.201:80')).toMatchObject({
      chains: ['KUBE-SERVICES', 'KUBE-EXT-FMAVOZ4UO6FFRUK6', 'KUBE-SVL-FMAVOZ4UO6FFRUK6'],
      endpoints: [{ share: 1 }],
    });
  });

  it('nftables: the same of its maps and chains', () => {
    const all = of('leader-service-chains-nftables.txt');
    const chain = 'ANI5JZAT-shortener/shortener-lb/tcp/';
    expect(found(all, '192.168.2.200:80')).toEqual({
      service: 'shortener/shortener-lb',
      match: '192.168.2.200:80',
      protocol: 'TCP',
      chains: ['services', `external-${chain}`, `service-${chain}`],
      endpoints: ['10.244.1.15:8080', '10.244.1.16:8080', '10.244.3.3:8080'].map((address) => ({
        address,
        share: 1 / 3,
      })),
    });
    expect(found(all, '*:30053', 'UDP')?.endpoints).toHaveLength(2);
    expect(found(all, '192.168.2.201:80')?.endpoints).toEqual([]); // stays on its node
    expect(found(all, '10.103.126.254:443')?.endpoints).toEqual([{ address: '10.244.3.4:8443', share: 1 }]);
  });

  it('none where there is no such program, and a failure is none', () => {
    expect(serviceChains.parse(printed('', 'sh: 1: iptables-save: not found\nsh: 1: nft: not found\n'))).toEqual([]);
    expect(() => serviceChains.parse(printed('', 'iptables-save: Permission denied (you must be root)\n'))).toThrow(
      'Permission denied',
    );
  });
});
