import { describe, expect, it } from 'vitest';
import type { ElementOf, TopologyElement } from '../../../src-main/contract/topology.ts';
import { kubeProxyRules } from '../../../src-main/facts/kube-proxy-rules.ts';
import { packetRules } from '../../../src-main/facts/packet-rules.ts';
import type { Reply, Replies } from '../table-machine.ts';
import { readPicture } from './read-sampled.ts';
import { pathSample } from '../path/sample.ts';
import { sample, sampledIn, savedRules } from './sampled-lab.ts';

type Mode = Parameters<typeof sampledIn>[0];

/** The picture where some commands are answered otherwise. */
async function drawn(mode: Mode, otherwise: Replies = () => undefined) {
  const replies: Replies = (command, machine) => otherwise(command, machine) ?? sampledIn(mode, command, machine);
  const { elements, store } = await readPicture(replies);
  const of = <Kind extends TopologyElement['kind']>(kind: Kind) =>
    elements.filter((element): element is ElementOf<Kind> => element.kind === kind);
  return { of, source: (id: string) => store.sources.find((source) => source.id === id) };
}

/** iptables-save of worker 1 with more rules. */
function saved(...more: readonly string[]): Replies {
  const nat = savedRules('iptables', 'second').replace('COMMIT', [...more, 'COMMIT'].join('\n'));
  return (command, machine) =>
    command === packetRules.command && machine === 'k8s-worker1' ? { stdout: nat } : undefined;
}

function services(
  change: (items: { metadata: { name: string }; spec: { ports: { nodePort?: number }[] } }[]) => unknown,
) {
  const all = JSON.parse(sample('k-services.json')) as { items: Parameters<typeof change>[0] };
  const reply: Reply = { stdout: JSON.stringify({ ...all, items: change(all.items) }) };
  return (command: string) => (/ get services(?: -A)? -o json$/.test(command) ? reply : undefined);
}

const standing = ({ of }: Awaited<ReturnType<typeof drawn>>, match: string) =>
  of('chain').flatMap((chain) => (chain.match === match ? [`${chain.node} ${chain.standing}`] : []));

describe.each(['iptables', 'nftables'] as const)('the packet filter in the picture, kube-proxy in mode %s', (mode) => {
  it('is that of each kernel that was read, whole', async () => {
    const { of } = await drawn(mode);
    expect(of('filter').map(({ node, proxy }) => [node, proxy])).toEqual([
      ['k8s-worker1', mode],
      ['k8s-worker2', mode],
    ]);
    const matches = of('chain').flatMap(({ node, match }) => (node === 'k8s-worker1' ? [match] : []));
    for (const match of ['192.168.2.200:80', '*:30080', '10.96.0.10:53', '10.96.0.1:443']) {
      expect(matches).toContain(match);
    }
  });

  it('has a Service for every rule that there is', async () => {
    const { of } = await drawn(mode);
    expect(of('chain').filter((chain) => chain.standing !== 'current')).toEqual([]);
    const known = new Set(of('service').map(({ id }) => id));
    expect(of('chain').filter(({ service }) => !known.has(service))).toEqual([]);
  });

  it('is not known where it could not be read, and never empty', async () => {
    const fails: Replies = (command, machine) =>
      command === kubeProxyRules.command && machine === 'k8s-worker1'
        ? { stderr: 'nsenter: cannot open /proc/7/ns/mnt: Permission denied\n', exitCode: 1 }
        : undefined;
    const { of, source } = await drawn(mode, fails);
    expect(of('filter').map(({ node }) => node)).toEqual(['k8s-worker2']);
    expect(source('k8s-worker1/kube-proxy-rules')).toMatchObject({ state: 'unreadable' });
    expect(source('k8s-worker1/kube-proxy-rules')?.problem).toContain('Permission denied');
  });

  it('is not known where kube-proxy runs and none of its rules was found', async () => {
    const empty: Replies = (command, machine) => {
      if (machine !== 'k8s-worker1') return undefined;
      if (command === packetRules.command) return { stdout: '' };
      const none = { stderr: 'Error: No such file or directory\n', exitCode: 1 };
      return command === kubeProxyRules.command ? none : undefined;
    };
    const { of } = await drawn(mode, empty);
    expect(of('filter').find(({ node }) => node === 'k8s-worker1')).toMatchObject({ proxy: null });
  });

  it('is known to have no rules of kube-proxy where that does not run', async () => {
    const bare: Replies = (command, machine) => {
      if (machine !== 'k8s-worker1') return undefined;
      if (command === packetRules.command) return { stdout: '' };
      return command === kubeProxyRules.command ? { exitCode: 1 } : undefined;
    };
    const { of } = await drawn(mode, bare);
    expect(of('filter').find(({ node }) => node === 'k8s-worker1')).toMatchObject({ proxy: 'none' });
  });
});

describe('a rule of kube-proxy', () => {
  it('whose Service does not exist is seen, and marked', async () => {
    const gone = services((items) => items.filter(({ metadata }) => metadata.name !== 'shortener-lb'));
    expect(standing(await drawn('iptables', gone), '192.168.2.200:80')).toEqual([
      'k8s-worker1 no-service',
      'k8s-worker2 no-service',
    ]);
  });

  it('of a Service that has this port no more is seen, and marked', async () => {
    const moved = services((items) =>
      items.map(({ spec, ...one }) => ({
        ...one,
        spec: {
          ...spec,
          ports: spec.ports.map((port) => ({ ...port, ...(port.nodePort === 30080 && { nodePort: 30081 }) })),
        },
      })),
    );
    const drawing = await drawn('iptables', moved);
    expect(standing(drawing, '*:30080')).toEqual(['k8s-worker1 not-of-service', 'k8s-worker2 not-of-service']);
    expect(standing(drawing, '10.96.0.10:53')).toContain('k8s-worker1 current');
  });

  it('is not said to be without a Service by an API server that has none at all, as before there is a cluster', async () => {
    const none = await drawn(
      'iptables',
      services(() => []),
    );
    expect(standing(none, '192.168.2.200:80')).toEqual(['k8s-worker1 null', 'k8s-worker2 null']);
  });

  it('is seen where the API server does not answer, and nothing is said of its Service', async () => {
    const silent: Replies = (command) =>
      command.includes(' get services')
        ? { stderr: 'The connection to the server 192.168.2.10:6443 was refused\n', exitCode: 1 }
        : undefined;
    expect(standing(await drawn('iptables', silent), '192.168.2.200:80')).toEqual([
      'k8s-worker1 null',
      'k8s-worker2 null',
    ]);
  });
});

describe('a rule of somebody else', () => {
  const DNAT = '-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.2.50:80';

  it('is listed with the words of iptables-save, which its source holds', async () => {
    const { of, source } = await drawn('iptables', saved(DNAT, DNAT));
    expect(of('other-rule')).toMatchObject([
      { node: 'k8s-worker1', table: 'nat', chain: 'PREROUTING', text: DNAT, does: 'DNAT' },
      { node: 'k8s-worker1', text: DNAT },
    ]);
    expect(new Set(of('other-rule').map(({ id }) => id)).size).toBe(2);
    expect(source(of('other-rule')[0]?.source ?? '')?.command).toBe(packetRules.command);
  });

  it('is none on a node that has only those of Kubernetes', async () => {
    for (const mode of ['iptables', 'nftables'] as const) expect((await drawn(mode)).of('other-rule')).toEqual([]);
  });
});

describe('the packet filter in the picture, kube-proxy in mode ipvs', () => {
  /** The tables of worker 1; its iptables as kube-proxy leaves them when it is switched from that mode. */
  const balancing =
    (tables: string | undefined): Replies =>
    (command, machine) => {
      if (machine !== 'k8s-worker1') return undefined;
      if (command === packetRules.command) return { stdout: pathSample('ipvs', 'iptables-save.txt') };
      if (!command.includes('/proc/net/ip_vs')) return undefined;
      return tables === undefined ? { stderr: 'cat: Permission denied', exitCode: 1 } : { stdout: tables };
    };
  const HEAD = 'IP Virtual Server version 1.2.1 (size=4096)\n';
  const TO_PODS =
    '  -> 0AF40103:1F90      Masq    1      0          0\n  -> 0AF40303:1F90      Masq    1      0          0\n';

  it('has a way for each virtual server, a NodePort as one for all addresses of the node, and no rule of the mode before', async () => {
    const nodePorts = `TCP  C0A8020B:7580 rr\n${TO_PODS}TCP  0AF40301:7580 rr\n${TO_PODS}`;
    const { of } = await drawn('iptables', balancing(`${HEAD}TCP  C0A802C8:0050 rr\n${TO_PODS}${nodePorts}`));
    expect(of('filter').find(({ node }) => node === 'k8s-worker1')?.proxy).toBe('ipvs');
    const ways = of('chain').filter(({ node }) => node === 'k8s-worker1');
    expect(
      ways.map(({ match, standing: stands, chains, endpoints }) => [match, stands, chains, endpoints.length]),
    ).toEqual([
      ['192.168.2.200:80', 'current', ['IPVS (rr)'], 2],
      ['*:30080', 'current', ['IPVS (rr)'], 2],
    ]);
    expect(ways[0]?.source).toBe('k8s-worker1/ipvs-tables');
  });

  it('a virtual server that no Service asks for is said to be none of any', async () => {
    const { of } = await drawn('iptables', balancing(`${HEAD}TCP  0A600909:0050 rr\n${TO_PODS}`));
    expect(of('chain').filter(({ node }) => node === 'k8s-worker1')).toMatchObject([
      { match: '10.96.9.9:80', standing: 'no-service' },
    ]);
  });

  it('is not known where its tables cannot be read', async () => {
    const { of, source } = await drawn('iptables', balancing(undefined));
    expect(of('filter').find(({ node }) => node === 'k8s-worker1')?.proxy).toBeNull();
    expect(of('chain').filter(({ node }) => node === 'k8s-worker1')).toEqual([]);
    expect(source('k8s-worker1/ipvs-tables')?.state).toBe('unreadable');
  });
});
