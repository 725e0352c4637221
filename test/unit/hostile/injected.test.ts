import { describe, expect, it } from 'vitest';
import { parseEndpointSlice } from '../../../src-main/cluster/endpoint-slices.ts';
import { parseL2Status } from '../../../src-main/cluster/l2-statuses.ts';
import { parseNode } from '../../../src-main/cluster/nodes.ts';
import { parsePod } from '../../../src-main/cluster/pods.ts';
import { parseService } from '../../../src-main/cluster/services.ts';
import type { Fact } from '../../../src-main/facts/fact.ts';
import { forwarding } from '../../../src-main/facts/forwarding.ts';
import { interfaces } from '../../../src-main/facts/interfaces.ts';
import { links } from '../../../src-main/facts/links.ts';
import { neighbours } from '../../../src-main/facts/neighbours.ts';
import { routes } from '../../../src-main/facts/routes.ts';
import { wayTo } from '../../../src-main/facts/way-to.ts';
import { parseIptables } from '../../../src-main/netfilter/parse-iptables.ts';
import { nft } from '../../../src-main/path/observe/nft-text.ts';
import { sample } from '../topology/sampled-lab.ts';

const INJECTED = '10.244.2.1 } accept } } table inet pwned { chain x { type filter hook input priority 0; ';

/** Every copy of a value in which one string, of those that `chosen` takes by its key, is another. */
function* withOneReplaced(value: unknown, chosen: (key: string) => boolean, key = ''): Generator {
  if (typeof value === 'string') {
    if (chosen(key)) yield INJECTED;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const other of withOneReplaced(item, chosen, key))
        yield value.map((one: unknown, at) => (at === index ? other : one));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value))
      for (const other of withOneReplaced(item, chosen, name)) yield { ...value, [name]: other };
  }
}

function read(parse: () => unknown): string {
  try {
    return JSON.stringify({ read: parse() });
  } catch {
    return 'refused';
  }
}

describe('a rule of nft in the place of a value', () => {
  const way = JSON.stringify([{ dst: '10.0.0.1', gateway: '192.168.2.1', dev: 'eth0', prefsrc: '192.168.2.50' }]);
  const network: readonly (readonly [string, Fact<unknown>, string])[] = [
    ['interfaces', interfaces, sample('leader-ip-j-addr.json')],
    ['links', links, sample('leader-ip-j-link.json')],
    ['routes', routes, sample('leader-ip-j-route.json')],
    ['neighbours', neighbours, sample('leader-ip-j-neigh.json')],
    ['forwarding', forwarding, sample('leader-bridge-j-fdb.json')],
    ['way-to', wayTo('10.0.0.1'), way],
  ];

  it.each(network)('gets into nothing that %s tells', (_, fact, text) => {
    const parse = (value: unknown) => fact.parse({ stdout: JSON.stringify(value), stderr: '', exitCode: 0 });
    const [first, second] = JSON.parse(text) as unknown[];
    const copies = [...withOneReplaced([first, second].filter(Boolean), () => true)];
    expect(copies.length).toBeGreaterThan(3);
    for (const copy of copies) expect(read(() => parse(copy))).not.toContain('pwned');
    expect(copies.some((copy) => read(() => parse(copy)) === 'refused')).toBe(true);
  });

  it.each([
    '? (192.168.2.200) at 52:54:0:a8:2:$(reboot) on en0 ifscope [ethernet]',
    '? (192.168.2.2000) at 52:54:0:a8:2:c on en0 ifscope [ethernet]',
    '? (192.168.2.200) at 52:54:0:a8:2:c on en0;reboot ifscope [ethernet]',
  ])('gets into nothing that arp tells: %s', (line) => {
    expect(() => neighbours.parse({ stdout: `${line}\n`, stderr: '', exitCode: 0 })).toThrow('no ');
  });

  it('gets out of no rule of iptables: it is one that is not understood', () => {
    const { chains } = parseIptables(`*nat\n-A KUBE-SEP-A -j DNAT --to-destination "${INJECTED}"\nCOMMIT\n`);
    expect(chains.get('nat KUBE-SEP-A')?.[0]?.conditions).toEqual([
      { kind: 'unknown', text: `--to-destination ${INJECTED}` },
    ]);
  });

  const objects = (name: string) => (JSON.parse(sample(name)) as { items: unknown[] }).items.slice(0, 3);
  const cluster: readonly (readonly [string, (object: unknown) => unknown, readonly unknown[], readonly string[]])[] = [
    ['pods', parsePod, objects('k-pods.json'), ['name', 'namespace', 'nodeName', 'podIP']],
    ['nodes', parseNode, objects('k-nodes.json'), ['name', 'address', 'podCIDR', 'kubeletVersion']],
    ['services', parseService, objects('k-services.json'), ['namespace', 'clusterIP', 'ip']],
    ['endpoints', parseEndpointSlice, objects('k-endpointslices.json'), ['addresses', 'nodeName', 'port']],
    ['announcements', parseL2Status, objects('k-servicel2status.json'), ['node', 'serviceName', 'serviceNamespace']],
  ];

  it.each(cluster)('gets into no name and no address of %s', (_, parse, samples, keys) => {
    for (const object of samples) {
      for (const copy of withOneReplaced(object, (key) => keys.includes(key))) {
        expect(read(() => parse(copy))).not.toMatch(/(?:name|address|node|pod|Cidr|Version|es)":\[?"[^"]*pwned/i);
      }
    }
  });
});

describe('text for nft', () => {
  it('holds addresses, sets of them, protocols and numbers', () => {
    expect(nft`ip saddr ${'10.0.0.1'} ip daddr ${['10.0.0.2', '10.0.0.3']} ${'tcp'} dport ${80}`).toBe(
      'ip saddr 10.0.0.1 ip daddr { 10.0.0.2, 10.0.0.3 } tcp dport 80',
    );
    expect(nft`${{ text: nft`udp sport ${53} ` }}accept`).toBe('udp sport 53 accept');
  });

  const refused = [INJECTED, '', 'accept', '10.0.0.1/8', '10.0.0.1-10.0.0.9', '010.0.0.1', '10.0.0.1\n', '::1', 'TCP'];
  it.each(refused)('refuses %j before anything runs', (text) => {
    expect(() => nft`ip saddr ${text} accept`).toThrow(TypeError);
    expect(() => nft`ip saddr ${['10.0.0.1', text]} accept`).toThrow(TypeError);
  });

  it.each([Number.NaN, -1, 1.5, Infinity, 2 ** 40])('refuses the number %d', (number) => {
    expect(() => nft`tcp dport ${number}`).toThrow(TypeError);
  });

  it('refuses an empty set', () => {
    expect(() => nft`ip saddr ${[]}`).toThrow(TypeError);
  });
});
