import { describe, expect, it } from 'vitest';
import type { Hop, Path } from '../../../src-main/contract/path.ts';
import type { Reply } from '../table-machine.ts';
import { sample } from '../topology/sampled-lab.ts';
import { pathOf, sampledReplies } from './sampled-path.ts';

const hops = ({ legs }: Pick<Path, 'legs'>) => legs.find(({ kind }) => kind === 'request')?.hops ?? [];
const sentences = (path: Pick<Path, 'legs'>) => hops(path).map(({ sentence }) => sentence.en);

type Change = (command: string, machine: string) => Reply | undefined;

/** The rules of one node in iptables mode, changed. */
const rules =
  (node: string, change: (text: string) => string): Change =>
  (command, machine) => {
    if (machine !== node || !command.includes('iptables-save')) return undefined;
    return { stdout: change(sampledReplies('iptables')(command, machine)?.stdout ?? '') };
  };

/** Every endpoint of the VIP's Service but one, gone. */
const oneEndpoint = (text: string) => text.replaceAll(/^-A KUBE-SVC-VPKV.*-j KUBE-SEP-(?:6LEG|AOQT).*$/gm, '');

describe('a packet that leaves a node over the LAN', () => {
  it('goes without a capsule to the node that is the gateway of its route, and crosses that to the pod', async () => {
    const direct: Change = (command, machine) => {
      if (machine !== 'k8s-worker2' || command !== 'ip -j route') return undefined;
      const routes = JSON.parse(sample('leader-ip-j-route.json')) as { dst: string }[];
      const changed = routes.map((route) =>
        route.dst === '10.244.3.0/24' ? { ...route, gateway: '192.168.2.11', dev: 'eth0' } : route,
      );
      return { stdout: JSON.stringify(changed) };
    };
    const change: Change = (command, machine) =>
      direct(command, machine) ?? rules('k8s-worker2', oneEndpoint)(command, machine);
    const path = await pathOf('http://192.168.2.200/', sampledReplies('iptables', change));
    expect(sentences(path)).toContain(
      'The packet goes over the LAN from eth0 of k8s-worker2 to eth0 of k8s-worker1 (192.168.2.11), without encapsulation.',
    );
    expect(hops(path).filter(({ layer }) => layer === 'overlay')).toEqual([]);
    expect(hops(path).at(-1)).toMatchObject({ machine: 'k8s-worker1', layer: 'app', place: { kind: 'pod' } });
    expect(path.end.status).toBe('answered');
  });

  it.each([
    ['192.168.2.77', 'k8s-worker2', 'a machine outside the cluster'],
    ['192.168.2.50', 'client', 'the client itself'],
  ])('an endpoint at %s is reached there, with the source of the node', async (address, machine, who) => {
    const outside = rules('k8s-worker2', (text) =>
      oneEndpoint(text).replaceAll('10.244.3.3:8080', `${address}:8123`).replaceAll('10.244.3.3/32', `${address}/32`),
    );
    const addresses = [{ family: 'inet', local: '192.168.2.50', prefixlen: 24, scope: 'global' }];
    const eth0 = { ifname: 'eth0', address: '02:00:00:00:00:50', mtu: 1500, operstate: 'UP', flags: ['UP'] };
    const client = [{ ...eth0, addr_info: addresses }];
    const replies: Change = (command, on) =>
      on === 'client' && command === 'ip -j addr' ? { stdout: JSON.stringify(client) } : outside(command, on);
    const path = await pathOf('http://192.168.2.200/', sampledReplies('iptables', replies));
    const last = hops(path).at(-1);
    expect(last).toMatchObject({ machine, before: { source: '192.168.2.12', destination: address } });
    expect(last?.sentence.en).toBe(
      `k8s-worker2 sends the packet out of eth0 to ${address}:8123, ${who}: what happens there is not visible.`,
    );
    expect(path.end.status).toBe('answered');
    expect(path.end.sentence.en).toContain(`${address}:8123, a machine outside the cluster, responds`);
    expect(path.legs.some(({ kind }) => kind === 'back')).toBe(true);
  });

  it('an endpoint that somebody wrote by hand is reached by NGINX, out of its node and with its source', async () => {
    const handWritten: Change = (command) => {
      if (!command.includes(' endpointslices ')) return undefined;
      const { items } = JSON.parse(sample('k-endpointslices.json')) as { items: { metadata: { name: string } }[] };
      const endpoints = [{ addresses: ['192.168.2.77'], conditions: { ready: true } }];
      const ports = [{ name: '', port: 8123, protocol: 'TCP' }];
      const changed = items.map((one) =>
        one.metadata.name.startsWith('shortener-service-') ? { ...one, endpoints, ports } : one,
      );
      return { stdout: JSON.stringify({ items: changed }) };
    };
    const target = "curl -H 'Host: url-shortener.staging.k8s.local' http://192.168.2.201/";
    const path = await pathOf(target, sampledReplies('iptables', handWritten));
    expect(
      hops(path).find(({ layer, branches }) => layer === 'gateway' && branches.length > 0)?.branches,
    ).toMatchObject([{ endpoint: '192.168.2.77:8123', probability: 1, pod: null }]);
    expect(hops(path).at(-1)).toMatchObject({
      machine: 'k8s-worker1',
      place: { name: 'eth0' },
      before: { source: '192.168.2.11', destination: '192.168.2.77', destinationPort: 8123 },
    });
    expect(path.end.status).toBe('answered');
  });

  it('from a pod it goes out by the LAN as well', async () => {
    const pod = 'pod/shortener/shortener-service-9984dbfcf-8nnm6';
    const path = await pathOf(`${pod} -> 192.168.2.77:8123`, sampledReplies('iptables'));
    expect(hops(path).at(-1)).toMatchObject({ before: { source: '192.168.2.12', destination: '192.168.2.77' } });
    expect(path.end.status).toBe('answered');
  });

  it('an address of pods is no machine of the LAN', async () => {
    const pod = 'pod/shortener/shortener-service-9984dbfcf-8nnm6';
    const path = await pathOf(`${pod} -> 10.244.77.3:8080`, sampledReplies('iptables'));
    expect(path.end).toMatchObject({ status: 'stopped', cause: 'no-route' });
  });
});

describe('a NodePort that kube-proxy does not open', () => {
  const closed = (config: string | undefined): Change => {
    const unopened = rules('k8s-worker1', (text) => text.replaceAll(/^.*-j KUBE-NODEPORTS$/gm, ''));
    return (command, machine) => {
      if (command.includes('get configmap kube-proxy')) {
        return config === undefined ? undefined : { stdout: JSON.stringify({ data: { 'config.conf': config } }) };
      }
      if (command.includes('ss -') && machine === 'k8s-worker1') return { stdout: 'Netid State Local\n' };
      return unopened(command, machine);
    };
  };

  it('its configuration says where it opens them', async () => {
    const replies = sampledReplies('iptables', closed('nodePortAddresses:\n- 127.0.0.0/8\n'));
    const { end, ...path } = await pathOf('k8s-worker1:30080', replies);
    expect(end).toMatchObject({ status: 'stopped', cause: 'not-listening', because: 'node-port-addresses' });
    expect(end.sentence.en).toMatch(
      /has the NodePort 30080, but kube-proxy opens NodePorts only on addresses in 127\.0\.0\.0\/8/,
    );
    expect(end.status === 'stopped' && end.remedy.en).toContain('nodePortAddresses');
    expect(hops(path).at(-1)?.evidence[0]?.lines).toEqual(['nodePortAddresses:', '- 127.0.0.0/8']);
  });

  describe('in nftables mode', () => {
    /** The table as kube-proxy 1.37 writes it where none of the node's addresses is to be opened: its set has no elements. */
    const emptied = (ips: string): Change => {
      const config = 'mode: nftables\nnodePortAddresses:\n- 127.0.0.0/8\n';
      return (command, machine) => {
        if (command.includes('get configmap kube-proxy'))
          return { stdout: JSON.stringify({ data: { 'config.conf': config } }) };
        if (machine !== 'k8s-worker1') return undefined;
        if (command.includes('ss -')) return { stdout: 'Netid State Local\n' };
        if (!command.includes('list table ip kube-proxy')) return undefined;
        const table = sampledReplies('nftables')(command, machine)?.stdout ?? '';
        return { stdout: table.replace(', "elem": ["192.168.2.11"]', ips) };
      };
    };
    const ofNode = (evidence: Hop['evidence'] = []) => evidence.find(({ machine }) => machine === 'k8s-worker1');

    it.each([
      ['', 'IPs that accept NodePort traffic"}}'],
      [', "elem": ["10.9.9.9"]', '"elem": ["10.9.9.9"]}}'],
    ])('the set of addresses that are open says so as well: %j', async (ips, words) => {
      const { end, ...path } = await pathOf('k8s-worker1:30080', sampledReplies('nftables', emptied(ips)));
      expect(end).toMatchObject({ cause: 'not-listening', because: 'node-port-addresses' });
      expect(end.sentence.en).toContain(
        'opens NodePorts only on addresses in 127.0.0.0/8 (ConfigMap kube-proxy, nodePortAddresses)',
      );
      const [line = ''] = ofNode(hops(path).at(-1)?.evidence)?.lines ?? [];
      expect(line).toMatch(/^\{"set": \{"family": "ip", "name": "nodeport-ips"/);
      expect(line.endsWith(words)).toBe(true);
    });

    it('in iptables mode there is no such set', async () => {
      const { end, ...path } = await pathOf(
        'k8s-worker1:30080',
        sampledReplies('iptables', closed('nodePortAddresses:\n- 127.0.0.0/8\n')),
      );
      expect(end.sentence.en).toContain('ConfigMap kube-proxy');
      expect(ofNode(hops(path).at(-1)?.evidence)).toBeUndefined();
    });
  });

  it.each([['mode: iptables\n'], [undefined]])('a configuration that does not say why: %s', async (config) => {
    const { end } = await pathOf('k8s-worker1:30080', sampledReplies('iptables', closed(config)));
    expect(end).toMatchObject({ status: 'stopped', cause: 'not-listening', because: null });
    expect(end.sentence.en).toContain('has no rule for it at 192.168.2.11; the reason is unknown');
  });

  it('is not asked about while its rules lead on', async () => {
    const asked: string[] = [];
    await pathOf(
      'k8s-worker1:30080',
      sampledReplies('iptables', (command) => {
        asked.push(command);
        return undefined;
      }),
    );
    expect(asked.filter((command) => command.includes('configmap kube-proxy'))).toEqual([]);
  });
});
