import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src-main/netfilter/matching.ts';
import { parseIptables } from '../../../src-main/netfilter/parse-iptables.ts';
import { parseNft } from '../../../src-main/netfilter/parse-nft.ts';
import { passHook, type Outcome } from '../../../src-main/netfilter/pass-hook.ts';
import type { Ruleset } from '../../../src-main/netfilter/ruleset.ts';
import { sampledRules, type Mode } from '../path/sample.ts';

const own = new Set(['192.168.2.12', '10.244.1.0', '10.244.1.1', '127.0.0.1']);
const around = { own, remembered: new Map<string, ReadonlySet<string>>() };

const request: Flow = {
  protocol: 'tcp',
  source: '192.168.2.50',
  sourcePort: 41001,
  destination: '192.168.2.200',
  destinationPort: 80,
  mark: 0,
  inInterface: 'eth0',
  outInterface: '',
  dnatted: false,
  masqueraded: false,
};

const endpoints = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ flow, probability }) => [`${flow.destination}:${flow.destinationPort}`, probability.toFixed(3)]);

const chains = ({ steps }: Outcome) => steps.map(({ table, chain }) => `${table} ${chain}`);

describe('the rules of kube-proxy, from a real lab', () => {
  it('iptables: a LoadBalancer address leads through KUBE-EXT to each endpoint with the same probability', () => {
    const outcomes = passHook(sampledRules('iptables', 'leader'), 'prerouting', request, around);
    expect(endpoints(outcomes)).toEqual([
      ['10.244.1.3:8080', '0.333'],
      ['10.244.1.4:8080', '0.333'],
      ['10.244.3.3:8080', '0.333'],
    ]);
    expect(outcomes.map(({ flow }) => flow.mark)).toEqual([0x4000, 0x4000, 0x4000]);
    expect(outcomes[2] && chains(outcomes[2])).toEqual([
      'nat PREROUTING',
      'nat KUBE-SERVICES',
      'nat KUBE-EXT-VPKVJGQPLPYUXHWR',
      'nat KUBE-MARK-MASQ',
      'nat KUBE-EXT-VPKVJGQPLPYUXHWR',
      'nat KUBE-SVC-VPKVJGQPLPYUXHWR',
      'nat KUBE-SEP-QZOESMOOKM7RP625',
    ]);
  });

  it('nftables: the same service, chosen by numgen', () => {
    const outcomes = passHook(sampledRules('nftables', 'leader'), 'prerouting', request, around);
    expect(endpoints(outcomes)).toEqual([
      ['10.244.1.15:8080', '0.333'],
      ['10.244.1.16:8080', '0.333'],
      ['10.244.3.3:8080', '0.333'],
    ]);
    expect(outcomes[0] && chains(outcomes[0])).toEqual([
      'kube-proxy filter-prerouting-pre-dnat',
      'kube-proxy nat-prerouting',
      'kube-proxy services',
      'kube-proxy external-ANI5JZAT-shortener/shortener-lb/tcp/',
      'kube-proxy external-ANI5JZAT-shortener/shortener-lb/tcp/',
      'kube-proxy service-ANI5JZAT-shortener/shortener-lb/tcp/',
    ]);
  });

  it.each<Mode>(['iptables', 'nftables'])('%s: a NodePort is found on the own address of a node only', (mode) => {
    const rules = sampledRules(mode, 'leader');
    const to = (destination: string) =>
      passHook(rules, 'prerouting', { ...request, destination, destinationPort: 30080 }, around);
    expect(to('192.168.2.12')).toHaveLength(3);
    expect(to('192.168.2.12').every(({ flow }) => flow.dnatted)).toBe(true);
    expect(to('192.168.2.99').map(({ flow }) => flow.dnatted)).toEqual([false]);
  });

  it.each<Mode>(['iptables', 'nftables'])('%s: marked packets are masqueraded, pod traffic is not', (mode) => {
    const rules = sampledRules(mode, 'leader');
    const masqueraded = (flow: Partial<Flow>) =>
      passHook(rules, 'postrouting', { ...request, destination: '10.244.3.3', ...flow }, around).map(
        (outcome) => outcome.flow.masqueraded,
      );
    expect(masqueraded({ mark: 0x4000 })).toEqual([true]);
    expect(masqueraded({ source: '10.244.1.7' })).toEqual([false]);
    expect(masqueraded({ source: '192.168.2.50' })).toEqual([true]); // flannel: not from a pod
  });

  it.each<Mode>(['iptables', 'nftables'])('%s: externalTrafficPolicy Local without a pod here is dropped', (mode) => {
    const rules = sampledRules(mode, 'leader');
    const flow = { ...request, destination: '192.168.2.201' };
    const [before] = passHook(rules, 'prerouting', flow, around);
    expect(before?.flow.dnatted).toBe(false);
    const [outcome] = passHook(rules, 'forward', flow, around);
    expect(outcome?.verdict).toBe('drop');
  });

  it('a ClusterIP is masqueraded for who is not in the cluster, and not for a pod', () => {
    const marks = (source: string) =>
      passHook(
        sampledRules('iptables', 'leader'),
        'prerouting',
        { ...request, source, destination: '10.111.50.131' },
        around,
      )
        .map(({ flow }) => flow.mark)
        .every((mark) => mark === 0x4000);
    expect(marks('192.168.2.50')).toBe(true);
    expect(marks('10.244.1.9')).toBe(false);
  });
});

const serviceRules = (count: number): Ruleset => {
  const probability = (index: number) =>
    index === count - 1 ? '' : ` -m statistic --mode random --probability ${(1 / (count - index)).toFixed(11)}`;
  const lines = Array.from({ length: count }, (_, index) => [
    `-A KUBE-SVC${probability(index)} -j KUBE-SEP-${index}`,
    `-A KUBE-SEP-${index} -p tcp -m tcp -j DNAT --to-destination 10.244.0.${index + 1}:80`,
  ]).flat();
  return parseIptables(
    ['*nat', ':PREROUTING ACCEPT [0:0]', '-A PREROUTING -j KUBE-SVC', ...lines, 'COMMIT'].join('\n'),
  );
};

describe('chance', () => {
  it('is the same for each of any number of endpoints, and is 1 in all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (count) => {
        const outcomes = passHook(serviceRules(count), 'prerouting', request, around);
        expect(outcomes).toHaveLength(count);
        for (const { probability } of outcomes) expect(probability).toBeCloseTo(1 / count, 6);
        expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
      }),
      { numRuns: 20 },
    );
  });

  it('session affinity sends a client that is remembered to the same endpoint', () => {
    const text = `*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-B --mask 255.255.255.255 --rsource -j KUBE-SEP-B
-A PREROUTING -m statistic --mode random --probability 0.5 -j KUBE-SEP-A
-A PREROUTING -j KUBE-SEP-B
-A KUBE-SEP-A -p tcp -m recent --set --name KUBE-SEP-A --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.0.1:80
-A KUBE-SEP-B -p tcp -m recent --set --name KUBE-SEP-B --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.0.2:80
COMMIT`;
    const rules = parseIptables(text);
    expect(passHook(rules, 'prerouting', request, around)).toHaveLength(2);
    const remembered = new Map([['KUBE-SEP-B', new Set(['192.168.2.50'])]]);
    const known = passHook(rules, 'prerouting', request, { own, remembered });
    expect(endpoints(known)).toEqual([['10.244.0.2:80', '1.000']]);
  });

  it('session affinity in nftables: a set of the clients of each endpoint', () => {
    const rule = (chain: string, ...expr: unknown[]) => ({ rule: { family: 'ip', table: 't', chain, expr } });
    const listing = {
      nftables: [
        { chain: { family: 'ip', table: 't', name: 'pre', type: 'nat', hook: 'prerouting', prio: -100 } },
        {
          set: { family: 'ip', table: 't', name: 'affinity-a', elem: [{ elem: { val: '192.168.2.50', expires: 60 } }] },
        },
        rule(
          'pre',
          { match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '@affinity-a' } },
          { goto: { target: 'endpoint-a' } },
        ),
        rule('pre', {
          vmap: {
            key: { numgen: { mode: 'random', mod: 2, offset: 0 } },
            data: {
              set: [
                [0, { goto: { target: 'endpoint-a' } }],
                [1, { goto: { target: 'endpoint-b' } }],
              ],
            },
          },
        }),
        rule(
          'endpoint-a',
          { set: { op: 'update', elem: 'x', set: '@affinity-a' } },
          { dnat: { addr: '10.244.0.1', port: 80 } },
        ),
        rule('endpoint-b', { dnat: { addr: '10.244.0.2', port: 80 } }),
      ],
    };
    const rules = parseNft(JSON.stringify(listing));
    expect(endpoints(passHook(rules, 'prerouting', request, around))).toEqual([['10.244.0.1:80', '1.000']]);
    const stranger = passHook(rules, 'prerouting', { ...request, source: '192.168.2.51' }, around);
    expect(endpoints(stranger)).toEqual([
      ['10.244.0.1:80', '0.500'],
      ['10.244.0.2:80', '0.500'],
    ]);
  });
});

describe('rules that Hoplab does not know', () => {
  it('are kept with their text, and passed by', () => {
    const rules = parseIptables(`*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -m geoip --source-country XX -j DROP
-A FORWARD -d 192.168.2.200/32 -p tcp -m tcp --dport 80 -m comment --comment "no \\"web\\" today" -j REJECT --reject-with icmp-port-unreachable
COMMIT`);
    const [outcome] = passHook(rules, 'forward', request, around);
    expect(outcome?.verdict).toBe('reject');
    expect(outcome?.steps[0]?.rule.comment).toBe('no "web" today');
    expect(outcome?.unjudged.map(({ text }) => text)).toEqual([expect.stringContaining('geoip')]);
  });

  it('no text makes the parser throw', () => {
    const word = fc.constantFrom(
      '-A',
      'FORWARD',
      '!',
      '-s',
      '-m',
      '--dport',
      '"a',
      '-j',
      'DNAT',
      '--mark',
      '*nat',
      ':X',
      '',
    );
    parseIptables('-A ! valueOf');
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 20 }), (words) => {
        passHook(parseIptables(words.join(' ')), 'forward', request, around);
      }),
    );
  });
});
