import { beforeAll, describe, expect, it } from 'vitest';
import { elementSchema, type ElementOf, type TopologyElement } from '../../../src-main/contract/topology.ts';
import type { TopologyStore } from '../../../src-main/engine/topology-store.ts';
import { difference } from '../../../src-main/topology/picture.ts';
import { bare } from '../bare-machine.ts';
import { readPicture } from './read-sampled.ts';
import { sampled } from './sampled-lab.ts';

let elements: readonly TopologyElement[];
let store: TopologyStore;

function of<Kind extends TopologyElement['kind']>(kind: Kind): readonly ElementOf<Kind>[] {
  return elements.filter((element): element is ElementOf<Kind> => element.kind === kind);
}

describe('the picture of a finished lab', () => {
  beforeAll(async () => ({ store, elements } = await readPicture(sampled)));

  it('keeps to the contract, and each id is unique', () => {
    for (const element of elements) expect(elementSchema.parse(element)).toEqual(element);
    expect(new Set(elements.map(({ id }) => id)).size).toBe(elements.length);
  });

  it('names for every value a source that was read', () => {
    const known = new Set(store.sources.map(({ id }) => id));
    const named = elements.flatMap(({ source, sources }) => [source ?? [], Object.values(sources ?? {})].flat());
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it('shows the nodes as the API server has them, in the order of the lab file', () => {
    expect(of('node').map(({ name, ready, registered }) => [name, ready, registered])).toEqual([
      ['k8s-master', true, true],
      ['k8s-worker1', true, true],
      ['k8s-worker2', true, true],
    ]);
  });

  it('tells the role of each interface', () => {
    const roles = of('interface').filter(({ node }) => node === 'k8s-worker2');
    expect(roles.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'eth0 lan',
      'flannel.1 overlay',
      'cni0 bridge',
      'veth22760c2a veth',
      'vethe555d33a veth',
      'veth44732997 veth',
    ]);
    expect(roles.find(({ name }) => name === 'flannel.1')?.vxlan).toEqual({
      vni: 1,
      port: 8472,
      local: '192.168.2.12',
    });
    expect(roles.find(({ name }) => name === 'cni0')?.addresses).toEqual(['10.244.1.1/24']);
  });

  it('draws tunnels to the nodes that the forwarding table names', () => {
    expect(of('tunnel').map(({ from, to }) => `${from} -> ${to ?? '?'}`)).toEqual([
      'k8s-worker1 -> k8s-worker2',
      'k8s-worker1 -> k8s-master',
      'k8s-worker2 -> k8s-worker1',
      'k8s-worker2 -> k8s-master',
    ]);
  });

  it('finds the pod behind a veth by its MAC address, both ways', () => {
    const veths = of('interface').filter(({ pod }) => pod !== null);
    expect(veths.length).toBeGreaterThanOrEqual(2);
    for (const { id, pod, node } of veths) {
      expect(of('pod').find((one) => one.id === pod)).toMatchObject({ veth: id, node });
    }
  });

  it('plants the VIP on the node that announces it, which is the one that answered the client', () => {
    expect(of('vip')).toMatchObject([
      {
        address: '192.168.2.201',
        service: 'service/shortener/shortener-gateway-nginx',
        announcedBy: 'k8s-worker1',
        answeredBy: 'k8s-worker1',
        owner: 'k8s-worker1',
      },
    ]);
  });

  it('joins Services, endpoints, the Gateway and its routes', () => {
    const service = of('service').find(({ name }) => name === 'shortener-service');
    expect(service?.endpoints.map(({ ready }) => ready)).toEqual([true, true, true]);
    const pods = new Set(of('pod').map(({ id }) => id));
    expect(service?.endpoints.filter(({ pod }) => pod === null || !pods.has(pod))).toEqual([]);
    expect(of('gateway')).toMatchObject([
      { class: 'nginx', programmed: true, listeners: [{ port: 80 }], pods: [expect.stringContaining('nginx')] },
    ]);
    expect(of('route')).toMatchObject([
      {
        accepted: true,
        gateways: ['gateway/shortener/shortener-gateway'],
        rules: [{ matches: ['PathPrefix /'], backends: [{ service: service?.id, port: 80, weight: 1 }] }],
      },
    ]);
  });

  it('reads the names of the zone out of the Corefile', () => {
    expect(of('zone')).toMatchObject([
      {
        zone: 'k8s.local',
        server: '192.168.2.10:30053',
        served: true,
        names: [
          { name: 'url-shortener.staging.k8s.local', address: '192.168.2.201' },
          { name: 'url-shortener.prod.k8s.local', address: '192.168.2.201' },
        ],
      },
    ]);
  });

  it('gives as evidence what the machine printed, and of a cluster the one object', () => {
    expect(store.evidence('k8s-worker2/links')?.text).toContain('flannel.1');
    const [pod] = of('pod');
    const text = store.evidence('cluster/pods', pod?.id)?.text ?? '';
    expect(JSON.parse(text)).toMatchObject({ kind: 'Pod', metadata: { name: pod?.name } });
  });

  it('tells of what was not sampled that it is unreadable, and draws nothing there', () => {
    expect(of('interface').some(({ node }) => node === 'k8s-master')).toBe(false);
    expect(store.sources.find(({ id }) => id === 'k8s-master/links')?.state).toBe('unreadable');
  });
});

describe('the picture of bare machines', () => {
  beforeAll(
    async () =>
      ({ store, elements } = await readPicture((command) =>
        command === 'uname -s' ? { stdout: 'Linux\n' } : bare(command),
      )),
  );

  it('has the client, the LAN and the nodes of the lab file, and knows that there is no cluster', () => {
    expect(of('node').map(({ registered, ready }) => [registered, ready])).toEqual(Array(3).fill([false, null]));
    expect(of('lan')).toMatchObject([{ network: null }]);
    expect(of('vip')).toMatchObject([{ owner: null, service: null }]);
    expect(of('zone')).toMatchObject([{ served: false, names: [] }]);
    expect(of('pod')).toEqual([]);
  });
});

describe('a difference', () => {
  it('has what changed, what came and what went, and nothing of the rest', async () => {
    const { elements: before } = await readPicture(sampled);
    const first = difference(new Map(), before);
    expect(first.changed).toHaveLength(before.length);
    expect(difference(first.after, before)).toMatchObject({ changed: [], removed: [] });
    const [pod] = before.filter(({ kind }) => kind === 'pod');
    const after = before.filter((element) => element !== pod);
    expect(difference(first.after, after)).toMatchObject({ changed: [], removed: [pod?.id] });
  });

  it('of 2,000 pods is the one that changed', async () => {
    const { elements: few } = await readPicture(sampled);
    const [pod] = few.filter((element): element is ElementOf<'pod'> => element.kind === 'pod');
    if (!pod) throw new Error('the sample has a pod');
    const many = Array.from({ length: 2000 }, (_, number) => ({ ...pod, id: `pod/many/${number}` }));
    const { after } = difference(new Map(), many);
    const { changed } = difference(after, [{ ...pod, id: 'pod/many/0', ready: false }, ...many.slice(1)]);
    expect(changed.map(({ id }) => id)).toEqual(['pod/many/0']);
  });
});
