import { describe, expect, it } from 'vitest';
import { pathSchema, type Hop, type Path } from '../../../src-main/contract/path.ts';
import type { Reply } from '../table-machine.ts';
import { sample } from '../topology/sampled-lab.ts';
import { knownOf, pathOf, sampledReplies } from './sampled-path.ts';
import { buildPath } from '../../../src-main/path/build-path.ts';

const hops = (path: Pick<Path, 'legs'>, leg: 'name' | 'request' | 'back'): readonly Hop[] =>
  path.legs.find(({ kind }) => kind === leg)?.hops ?? [];

const places = (path: Pick<Path, 'legs'>, leg: 'name' | 'request' | 'back' = 'request') =>
  hops(path, leg).map(({ machine, place }) => `${machine} ${place.name}`);

const stopOf = ({ end }: Pick<Path, 'end'>) => (end.status === 'stopped' ? [end.cause, end.because] : end.status);

/** The answer of kubectl, changed. */
function listed(name: string, change: (items: Record<string, unknown>[]) => unknown): Reply {
  const { items } = JSON.parse(sample(`k-${name}.json`)) as { items: Record<string, unknown>[] };
  return { stdout: JSON.stringify({ items: change(items) ?? items }) };
}

describe('a predicted path', () => {
  it('VIP of a LoadBalancer: ARP, chains, routing, masquerade, bridge, pod, and home through conntrack', async () => {
    const path = await pathOf('http://192.168.2.200/', sampledReplies('iptables'));
    expect(pathSchema.safeParse({ ...path, time: '' }).error).toBeUndefined();
    expect(places(path)).toEqual([
      'client main',
      'client eth0',
      'k8s-worker2 eth0',
      'k8s-worker2 nat PREROUTING',
      'k8s-worker2 nat KUBE-SERVICES',
      'k8s-worker2 nat KUBE-EXT-VPKVJGQPLPYUXHWR',
      'k8s-worker2 nat KUBE-MARK-MASQ',
      'k8s-worker2 nat KUBE-EXT-VPKVJGQPLPYUXHWR',
      'k8s-worker2 nat KUBE-SVC-VPKVJGQPLPYUXHWR',
      'k8s-worker2 nat KUBE-SEP-6LEGCSMEITHJ7AXO',
      'k8s-worker2 main',
      'k8s-worker2 FORWARD',
      'k8s-worker2 nat KUBE-POSTROUTING',
      'k8s-worker2 vethe555d33a',
      'k8s-worker2 shortener/shortener-service-9984dbfcf-8nnm6',
    ]);
    const branches = hops(path, 'request').flatMap((hop) => hop.branches);
    expect(branches.map(({ endpoint, node, taken }) => [endpoint, node, taken])).toEqual([
      ['10.244.1.3:8080', 'k8s-worker2', true],
      ['10.244.1.4:8080', 'k8s-worker2', false],
      ['10.244.3.3:8080', 'k8s-worker1', false],
    ]);
    const pod = hops(path, 'request').at(-1);
    expect(pod?.before).toMatchObject({ source: '10.244.1.1', sourcePort: null, destinationMac: '0a:a6:05:60:40:4e' });
    expect(places(path, 'back')).toContain('k8s-worker2 conntrack');
    expect(path.end.status).toBe('answered');
  });

  it('every hop but those of pods and the way back has a command and lines', async () => {
    const path = await pathOf('http://192.168.2.200/', sampledReplies('iptables'));
    for (const { id, evidence } of hops(path, 'request')) {
      expect(evidence.flatMap(({ lines }) => lines).length, id).toBeGreaterThan(0);
    }
  });

  it('a pod on another node is reached through VXLAN, with the addresses around it', async () => {
    // one endpoint alone, on the other node
    const change = (command: string, machine: string): Reply | undefined => {
      if (machine !== 'k8s-worker2' || !command.includes('iptables-save')) return undefined;
      const { stdout = '' } = sampledReplies('iptables')(command, machine) ?? {};
      return { stdout: stdout.replaceAll(/^-A KUBE-SVC-VPKV.*-j KUBE-SEP-(?:6LEG|AOQT).*$/gm, '') };
    };
    const path = await pathOf('http://192.168.2.200/', sampledReplies('iptables', change));
    const [into, out] = hops(path, 'request').filter(({ layer }) => layer === 'overlay');
    expect(into?.after.outer).toEqual({ source: '192.168.2.12', destination: '192.168.2.11', port: 8472, vni: 1 });
    expect(into?.before).toMatchObject({
      source: '10.244.1.0',
      sourceMac: '5a:cc:98:bb:97:8b',
      destinationMac: 'b2:bb:2a:ee:0e:0c',
    });
    expect(out).toMatchObject({ machine: 'k8s-worker1', after: { outer: null } });
    expect(places(path).at(-1)).toBe('k8s-worker1 shortener/shortener-service-9984dbfcf-7dgnv');
    expect(hops(path, 'back').filter(({ layer }) => layer === 'overlay')).toHaveLength(1);
  });

  it('a host behind the Gateway: NGINX keeps the client’s address, chooses the route and asks a pod itself', async () => {
    const known = await knownOf('http://192.168.2.201/', sampledReplies('iptables'));
    const target = { ...known.target, to: { kind: 'host', host: '192.168.2.201' } } as typeof known.target;
    expect(stopOf(buildPath({ ...known, target }))).toEqual(['no-http-route', null]);
    const routes = listed('httproutes', (items) =>
      items.map((item) => ({ ...item, spec: { ...(item['spec'] as object), hostnames: [] } })),
    );
    const path = await pathOf(
      'http://192.168.2.201/',
      sampledReplies('iptables', (command) => (command.includes('httproutes') ? routes : undefined)),
    );
    const [choice, gateway] = hops(path, 'request').filter(({ layer }) => layer === 'gateway');
    expect(choice).toMatchObject({ basis: { kind: 'read' }, branches: [] });
    expect(gateway?.before).toMatchObject({ source: '192.168.2.50', destination: '10.244.3.5' });
    expect(gateway?.branches.map(({ probability }) => probability.toFixed(3))).toEqual(['0.333', '0.333', '0.333']);
    expect(path.end.status).toBe('answered');
    expect(hops(path, 'back').map(({ layer }) => layer)).toContain('gateway');
  });

  it('a NodePort in nftables mode, and a port that no Service has', async () => {
    const path = await pathOf('k8s-worker1:30080', sampledReplies('nftables'));
    expect(places(path)).toContain('k8s-worker1 kube-proxy services');
    const services = hops(path, 'request').find(({ place }) => place.name === 'kube-proxy services');
    const [rule, element] = services?.evidence[0]?.lines ?? [];
    expect(rule).toContain('"@service-nodeports"');
    expect(element).toMatch(/30080.*external-/); // of a map: the element leads there, not the rule
    const none = await pathOf('http://192.168.2.200:81/', sampledReplies('iptables'));
    expect(stopOf(none)).toEqual(['not-listening', null]);
  });

  it('pod to pod on another node is not translated; a ClusterIP is', async () => {
    const pod = 'pod/shortener/shortener-service-9984dbfcf-8nnm6';
    const direct = await pathOf(
      `${pod} -> pod/shortener/shortener-service-9984dbfcf-7dgnv:8080`,
      sampledReplies('iptables'),
    );
    expect(hops(direct, 'request').at(-1)?.before.source).toBe('10.244.1.3');
    expect(places(direct).some((place) => place.includes('KUBE-SEP'))).toBe(false);
    const service = await pathOf(`${pod} -> svc/shortener/shortener-service`, sampledReplies('iptables'));
    expect(places(service)).toContain('k8s-worker2 nat KUBE-SVC-HLFQZOQ47N7RYIRU');
  });
});

describe('where a predicted path stops', () => {
  const without = (kind: string, reply: Reply) =>
    sampledReplies('iptables', (command) => (command.includes(` get ${kind}`) ? reply : undefined));
  const noStatus = listed('servicel2status', () => []);

  it('nobody announces: no endpoints, the label of control planes, Local without a pod', async () => {
    const noEndpoints = listed('endpointslices', () => []);
    const labelled = listed('nodes', (items) => {
      for (const { metadata } of items as unknown as { metadata: { labels: Record<string, string> } }[]) {
        metadata.labels['node.kubernetes.io/exclude-from-external-load-balancers'] = '';
      }
    });
    const onMaster = listed('endpointslices', (items) => {
      for (const { endpoints } of items as unknown as { endpoints: { nodeName: string }[] }[]) {
        for (const endpoint of endpoints) endpoint.nodeName = 'k8s-master';
      }
    });
    const both = (reply: Reply, kind: string) =>
      sampledReplies('iptables', (command, machine) => {
        if (command.includes('ip -j neigh') && machine === 'client') return { stdout: '[]' };
        if (command.includes('servicel2statuses')) return noStatus;
        return command.includes(` get ${kind}`) ? reply : undefined;
      });
    const cause = async (replies: ReturnType<typeof both>, vip: string) =>
      stopOf(await pathOf(`http://${vip}/`, replies));
    expect(await cause(both(noEndpoints, 'endpointslices'), '192.168.2.200')).toEqual([
      'nobody-announces',
      'no-endpoints',
    ]);
    expect(await cause(both(labelled, 'nodes'), '192.168.2.200')).toEqual(['nobody-announces', 'control-plane-label']);
    expect(await cause(both(onMaster, 'endpointslices'), '192.168.2.201')).toEqual([
      'nobody-announces',
      'local-without-pod',
    ]);
    expect(await cause(both(noStatus, 'servicel2statuses'), '192.168.2.200')).toEqual([
      'nobody-announces',
      'no-speaker',
    ]);
  });

  describe('MetalLB announces at some interfaces alone', () => {
    const metadata = { name: 'lab', namespace: 'metallb-system' };
    const advertisement = (spec: object, name = 'lab') => ({ metadata: { ...metadata, name }, spec });
    const eth9 = { ipAddressPools: ['lab'], interfaces: ['eth9'] };
    const announced = (...interfaces: readonly string[]) =>
      listed('servicel2status', (items) =>
        items.map((item) => ({
          ...item,
          status: { ...(item['status'] as object), interfaces: interfaces.map((name) => ({ name })) },
        })),
      );
    const asked: string[] = [];
    const path = (status: Reply, ...advertisements: readonly object[]) =>
      pathOf(
        'http://192.168.2.200/',
        sampledReplies('iptables', (command, machine) => {
          asked.push(command);
          if (command.includes('ip -j neigh') && machine === 'client') return { stdout: '[]' };
          if (command.includes('get servicel2statuses')) return status;
          return command.includes('get l2advertisements')
            ? { stdout: JSON.stringify({ items: advertisements }) }
            : undefined;
        }),
      );

    it.each([
      ['one that no node has', [advertisement(eth9)]],
      [
        'one that no node has on the LAN',
        [advertisement({ interfaces: ['cni0'] }), advertisement({ ipAddressPools: ['other'] }, 'other')],
      ],
    ])('%s: the L2Advertisement is the reason, in its own words', async (_, advertisements) => {
      const found = await path(noStatus, ...advertisements);
      expect(stopOf(found)).toEqual(['nobody-announces', 'wrong-interface']);
      const [{ spec } = { spec: {} }] = advertisements;
      expect(found.end.sentence.en).toContain(
        `L2Advertisement metallb-system/lab announces it only on ${(spec as typeof eth9).interfaces.join()}`,
      );
      const lines =
        hops(found, 'request')
          .at(-1)
          ?.evidence.flatMap((one) => one.lines) ?? [];
      expect(lines.join('\n')).toContain(JSON.stringify(spec));
    });

    it.each([
      ['one of the LAN', [advertisement({ interfaces: ['eth9', 'eth0'] })]],
      ['any by another L2Advertisement', [advertisement(eth9), advertisement({}, 'open')]],
      ['none at all', []],
    ])('%s: the reason is another one', async (_, advertisements) => {
      expect(stopOf(await path(noStatus, ...advertisements))).toEqual(['nobody-announces', 'no-speaker']);
    });

    it('a speaker that announces by another interface than that of the LAN', async () => {
      const found = await path(announced('cni0'), advertisement({ interfaces: ['cni0'] }));
      expect(stopOf(found)).toEqual(['nobody-announces', 'wrong-interface']);
      expect(found.end.sentence.en).toContain('k8s-worker2 announces it only on cni0, and is on the LAN through eth0');
      expect((await path(announced('cni0', 'eth0'))).end.status).toBe('answered');
    });

    it('is not asked about where a speaker announces at all', async () => {
      asked.length = 0;
      await path(announced());
      expect(asked.filter((command) => command.includes('l2advertisements'))).toEqual([]);
    });
  });

  it('a rule that cannot be judged is not known, and no note', async () => {
    const strange = '-A PREROUTING -m statistic --mode nth --every 2 -m bpf --bytecode x -j DROP';
    const path = await pathOf(
      'http://192.168.2.200/',
      sampledReplies('iptables', (command, machine) => {
        if (machine !== 'k8s-worker2' || !command.includes('iptables-save')) return undefined;
        const { stdout = '' } = sampledReplies('iptables')(command, machine) ?? {};
        return { stdout: `${stdout}*mangle\n:PREROUTING ACCEPT [0:0]\n${strange}\nCOMMIT\n` };
      }),
    );
    const skipped = `A rule on k8s-worker2 that Hoplab cannot evaluate was skipped: ${strange}`;
    expect(path.unknown.map(({ en }) => en)).toContain(skipped);
    expect(path.notes.map(({ en }) => en)).not.toContain(skipped);
  });

  it('what nobody announces any more still goes to the node whose MAC address the client remembers', async () => {
    const replies = sampledReplies('iptables', (command) =>
      command.includes('servicel2statuses') ? listed('servicel2statuses', () => []) : undefined,
    );
    const path = await pathOf('http://192.168.2.200/', replies);
    const [, arp] = hops(path, 'request');
    expect(arp?.sentence.en).toMatch(
      /^No node announces 192.168.2.200, but the client still has .*: k8s-worker2 receives/,
    );
    expect(path.end.status).toBe('answered');
    expect(path.notes.map(({ en }) => en)).toContainEqual(expect.stringContaining('is not announced by any speaker'));
  });

  it('an address that no Service has', async () => {
    expect(stopOf(await pathOf('http://192.168.2.222/', sampledReplies('iptables')))).toEqual([
      'nobody-announces',
      null,
    ]);
  });

  it('a rule that drops is named with its comment', async () => {
    const leader = listed('servicel2status', (items) => {
      for (const { status } of items as unknown as { status: { node: string } }[]) status.node = 'k8s-worker2';
    });
    const path = await pathOf('http://192.168.2.201/', without('servicel2statuses', leader));
    expect(stopOf(path)).toEqual(['dropped-by-rule', null]);
    expect(path.end.status === 'stopped' && path.end.sentence.en).toContain('has no local endpoints');
  });

  it('kube-proxy that does not say how it works is known by its tables', async () => {
    const silent = (command: string): Reply | undefined =>
      command.includes('proxyMode') ? { exitCode: 127 } : undefined;
    const path = await pathOf('k8s-worker1:30080', sampledReplies('nftables', silent));
    expect(places(path)).toContain('k8s-worker1 kube-proxy services');
  });

  it('ipvs is said not to be read', async () => {
    const replies = sampledReplies('iptables', (command) =>
      command.includes('proxyMode') ? { stdout: 'ipvs' } : undefined,
    );
    const { end } = await pathOf('http://192.168.2.200/', replies);
    expect(end.status).toBe('unknown');
    expect(end.sentence.en).toContain('ipvs');
  });
});
