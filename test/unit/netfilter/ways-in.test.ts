import { describe, expect, it } from 'vitest';
import { kernelTables } from '../../../src-main/netfilter/kernel-tables.ts';
import { parseIptables } from '../../../src-main/netfilter/parse-iptables.ts';
import { waysIn, type WayIn } from '../../../src-main/netfilter/ways-in.ts';
import { FILTER, sampledRules } from '../path/sample.ts';

function found(all: readonly WayIn[], match: string, protocol = 'TCP'): WayIn | undefined {
  return all.find((way) => way.match === match && way.protocol === protocol);
}

describe('the ways into Services, from real machines', () => {
  it('iptables: the VIP, through its chains to three pods with the same chance', () => {
    const vip = found(waysIn(sampledRules('iptables', 'second')), '192.168.2.200:80');
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
    const all = waysIn(sampledRules('iptables', 'leader'));
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
    expect(found(waysIn(sampledRules('iptables', 'leader')), '192.168.2.201:80')).toMatchObject({
      chains: ['KUBE-SERVICES', 'KUBE-EXT-FMAVOZ4UO6FFRUK6'],
      endpoints: [],
    });
    expect(found(waysIn(sampledRules('iptables', 'second')), '192.168.2.201:80')).toMatchObject({
      chains: ['KUBE-SERVICES', 'KUBE-EXT-FMAVOZ4UO6FFRUK6', 'KUBE-SVL-FMAVOZ4UO6FFRUK6'],
      endpoints: [{ share: 1 }],
    });
  });

  it('nftables: the same of its maps and chains', () => {
    const all = waysIn(sampledRules('nftables', 'leader'));
    const chain = 'ANI5JZAT-shortener/shortener-lb/tcp/';
    const vip = found(all, '192.168.2.200:80');
    expect(vip).toMatchObject({
      service: 'shortener/shortener-lb',
      chains: ['services', `external-${chain}`, `service-${chain}`],
    });
    expect(vip?.endpoints).toEqual(
      ['10.244.1.15:8080', '10.244.1.16:8080', '10.244.3.3:8080'].map((address) => ({ address, share: 1 / 3 })),
    );
    expect(found(all, '*:30053', 'UDP')?.endpoints).toHaveLength(2);
    expect(found(all, '192.168.2.201:80')?.endpoints).toEqual([]); // stays on its node
    expect(found(all, '10.103.126.254:443')?.endpoints).toEqual([{ address: '10.244.3.4:8443', share: 1 }]);
  });

  it('a Service without pods has a way that leads nowhere', () => {
    const text = `*filter
-A KUBE-SERVICES -d 10.96.7.7/32 -p tcp -m comment --comment "shop/web:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/web:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30111 -j REJECT --reject-with icmp-port-unreachable
COMMIT
`;
    expect(waysIn(parseIptables(text))).toMatchObject([
      { service: 'shop/web', match: '10.96.7.7:80', chains: ['KUBE-SERVICES'], endpoints: [] },
      { service: 'shop/web', match: '*:30111', chains: ['KUBE-EXTERNAL-SERVICES'], endpoints: [] },
    ]);
  });
});

describe('the rules of others', () => {
  const OWN = `*nat
:PREROUTING ACCEPT [35:3162]
:MINE - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.2.50:80
-A PREROUTING -p tcp -m tcp --dport 8081 -j REDIRECT --to-ports 80
-A PREROUTING -p tcp -m tcp --dport 8082 -j MINE
-A MINE -j DNAT --to-destination 192.168.2.51
COMMIT
*filter
:FORWARD DROP [12:3456]
-A FORWARD -j KUBE-FORWARD
-A FORWARD -s 192.168.2.9/32 -j DROP
-A FORWARD -i eth1 -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
COMMIT
`;

  it('are those that send elsewhere or refuse, with the words of iptables-save', () => {
    expect(kernelTables(parseIptables(OWN)).others.map(({ table, text, does }) => `${table} ${does} ${text}`)).toEqual([
      'filter DROP :FORWARD DROP',
      'nat DNAT -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.2.50:80',
      'nat REDIRECT -A PREROUTING -p tcp -m tcp --dport 8081 -j REDIRECT --to-ports 80',
      'nat DNAT -A MINE -j DNAT --to-destination 192.168.2.51',
      'filter DROP -A FORWARD -s 192.168.2.9/32 -j DROP',
    ]);
  });

  it.each(['iptables', 'nftables'] as const)('are none on a node that has only those of Kubernetes (%s)', (mode) => {
    expect(kernelTables(sampledRules(mode, 'leader')).others).toEqual([]);
  });
});

describe("whether kube-proxy's rules are there", () => {
  it.each([
    ['there', () => sampledRules('iptables', 'leader')],
    ['there', () => sampledRules('nftables', 'leader')],
    ['absent', () => parseIptables('')],
    ['absent', () => parseIptables(FILTER)],
    [
      'ipvs',
      () => parseIptables('*nat\n-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT\nCOMMIT\n'),
    ],
  ] as const)('%s', (proxy, rules) => {
    expect(kernelTables(rules()).proxy).toBe(proxy);
  });
});
