import { expect, test } from 'vitest';
import { parseIpSets } from '../../../src-main/netfilter/ip-sets.ts';
import type { Flow } from '../../../src-main/netfilter/matching.ts';
import { parseIptables } from '../../../src-main/netfilter/parse-iptables.ts';
import { passHook } from '../../../src-main/netfilter/pass-hook.ts';

const SETS = `create KUBE-LOAD-BALANCER hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x2ad8ff0f
add KUBE-LOAD-BALANCER 192.168.123.200,tcp:80
create KUBE-NODE-PORT-TCP bitmap:port range 0-65535
add KUBE-NODE-PORT-TCP 30080
create KUBE-LOOP-BACK hash:ip,port,ip family inet hashsize 1024 maxelem 65536
add KUBE-LOOP-BACK 10.244.0.7,tcp:8080,10.244.0.7
create KUBE-LOAD-BALANCER-SOURCE-CIDR hash:ip,port,net family inet hashsize 1024
add KUBE-LOAD-BALANCER-SOURCE-CIDR 192.168.123.201,tcp:80,10.0.0.0/8
create KUBE-6-CLUSTER-IP hash:ip,port family inet6 hashsize 1024 maxelem 65536
add KUBE-6-CLUSTER-IP fd00::1,tcp:443
create KUBE-MACS hash:mac hashsize 1024
`;

const FLOW: Flow = {
  protocol: 'tcp',
  source: '192.168.123.60',
  sourcePort: 40_000,
  destination: '192.168.123.200',
  destinationPort: 80,
  mark: 0,
  inInterface: 'eth0',
  outInterface: '',
  dnatted: false,
  masqueraded: false,
};

function outcomeOf(match: string, flow: Partial<Flow> = {}) {
  const rules = parseIptables(`*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m set ${match} -j DROP\nCOMMIT\n`);
  const around = { own: new Set<string>(), remembered: new Map<string, ReadonlySet<string>>() };
  const [outcome] = passHook({ ...rules, ipSets: parseIpSets(SETS) }, 'input', { ...FLOW, ...flow }, around);
  return outcome?.unjudged.length ? 'unjudged' : outcome?.verdict;
}

test.each([
  ['--match-set KUBE-LOAD-BALANCER dst,dst', {}, 'drop'],
  ['--match-set KUBE-LOAD-BALANCER dst,dst', { protocol: 'udp' }, 'accept'],
  ['--match-set KUBE-LOAD-BALANCER dst,dst', { destinationPort: 443 }, 'accept'],
  ['! --match-set KUBE-LOAD-BALANCER dst,dst', {}, 'accept'],
  ['--match-set KUBE-NODE-PORT-TCP dst', { destinationPort: 30_080 }, 'drop'],
  ['--match-set KUBE-NODE-PORT-TCP src', { destinationPort: 30_080 }, 'accept'],
  [
    '--match-set KUBE-LOOP-BACK dst,dst,src',
    { source: '10.244.0.7', destination: '10.244.0.7', destinationPort: 8080 },
    'drop',
  ],
  ['--match-set KUBE-LOOP-BACK dst,dst,src', { destination: '10.244.0.7', destinationPort: 8080 }, 'accept'],
  [
    '--match-set KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src',
    { source: '10.9.9.9', destination: '192.168.123.201' },
    'drop',
  ],
  ['--match-set KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src', { destination: '192.168.123.201' }, 'accept'],
] as const)('%s of %o: %s', (match, flow, verdict) => {
  expect(outcomeOf(match, flow)).toBe(verdict);
});

test.each(['KUBE-NOWHERE dst', 'KUBE-MACS src', 'KUBE-LOAD-BALANCER dst', 'KUBE-6-CLUSTER-IP dst,dst'])(
  'a rule with the set %s is passed by as one that cannot be judged',
  (match) => {
    expect(outcomeOf(`--match-set ${match}`)).toBe('unjudged');
  },
);
