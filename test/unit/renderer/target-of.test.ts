import { expect, it } from 'vitest';
import type { TopologyElement } from '../../../src-main/contract/topology.ts';
import { Picture } from '../../../src-renderer/features/lab/topology/shown-picture.ts';
import { targetOf } from '../../../src-renderer/features/lab/topology/target-of.ts';
import { readPicture } from '../topology/read-sampled.ts';
import { sampled } from '../topology/sampled-lab.ts';

const { elements } = await readPicture(sampled);
const picture = new Picture();
picture.take({ time: '', reset: true, live: true, changed: [...elements], removed: [], sources: [] });

/** The targets of the elements of a kind by the values that the picture shows of them. */
function targets(
  kind: TopologyElement['kind'],
  field: string,
  values: (element: TopologyElement) => readonly string[],
) {
  const of = elements.filter((element) => element.kind === kind);
  return of.flatMap((element) => values(element).map((value) => [value, targetOf({ element, field, value }, picture)]));
}

it('what a rule matches is asked for at the VIP and at the node whose kernel has it, and nowhere else', () => {
  const all = targets('chain', 'match', (element) => (element.kind === 'chain' ? [element.match] : []));
  const found = new Map(all.filter(([, target]) => target !== undefined) as [string, string][]);
  expect(found.get('192.168.2.200:80')).toBe('http://192.168.2.200/');
  expect(all).toContainEqual(['*:30080', 'k8s-worker2:30080']);
  expect(all.some(([match]) => match?.startsWith('10.96.'))).toBe(true);
  expect([...found.keys()].filter((match) => match.startsWith('10.'))).toEqual([]);
  expect(found.has('*:30053')).toBe(false); // also DNS's
});

it('names and VIPs are asked for as they are', () => {
  const vips = targets('vip', 'owner', (element) => (element.kind === 'vip' ? [element.address] : []));
  expect(vips).toEqual([[expect.stringMatching(/^192/), `http://${vips[0]?.[0]}/`]]);
  const hosts = targets('route', 'hostnames', (element) =>
    element.kind === 'route' ? [...element.hostnames, '*', '*.k8s.local'] : [],
  );
  expect(hosts).toContainEqual(['url-shortener.staging.k8s.local', 'http://url-shortener.staging.k8s.local/']);
  expect(hosts.filter(([host]) => host?.startsWith('*')).every(([, target]) => target === undefined)).toBe(true);
});

it('a name is asked for by HTTPS where the lab suggests that, with the CA that it needs', () => {
  const route = elements.find((element) => element.kind === 'route');
  if (!route) throw new Error('the sampled lab has a route');
  const byTls = 'curl --cacert /etc/hoplab/shortener-ca.crt https://url-shortener.staging.k8s.local/';
  const suggested = [
    'http://url-shortener.staging.k8s.local/',
    byTls,
    byTls.replace('curl', "curl -H 'X-Version: v2'"),
  ];
  const asked = { element: route, field: 'hostnames', value: 'url-shortener.staging.k8s.local' };
  expect(targetOf(asked, picture, suggested)).toBe(byTls);
  expect(targetOf({ ...asked, value: 'shortener.staging.k8s.local' }, picture, suggested)).toBe(
    'http://shortener.staging.k8s.local/',
  );
});

it('a VIP is asked for at the port of its Service', () => {
  const [vip] = elements.filter((element) => element.kind === 'vip');
  const service = elements.find(({ id }) => id === vip?.service);
  if (!vip || service?.kind !== 'service') throw new Error('the sampled lab has a VIP that a Service holds');
  const withPorts = (...numbers: number[]) => {
    const ports = numbers.map((port) => ({
      ...service.ports[0],
      name: '',
      protocol: 'TCP',
      targetPort: '80',
      port,
      nodePort: null,
    }));
    const other = new Picture();
    other.take({ time: '', reset: true, live: true, changed: [{ ...service, ports }, vip], removed: [], sources: [] });
    return targetOf({ element: vip, field: 'owner', value: vip.address }, other);
  };
  expect(withPorts(443, 8080)).toBe(`http://${vip.address}:8080/`);
  expect(withPorts(80)).toBe(`http://${vip.address}/`);
  expect(withPorts(443)).toBeUndefined();
});

it('a NodePort that a node has no rule for is asked for at that node', () => {
  const service = elements.find(
    (element) => element.kind === 'service' && element.ports.some(({ nodePort }) => nodePort === 30080),
  );
  if (!service) throw new Error('the sampled lab has the NodePort 30080');
  const asked = { element: service, field: 'ports', value: '*:30080' };
  expect(targetOf({ ...asked, node: 'k8s-worker1' }, picture)).toBe('k8s-worker1:30080');
  expect(targetOf(asked, picture)).toBeUndefined();
});

it('what no packet is sent to has none', () => {
  for (const kind of ['node', 'interface', 'tunnel', 'pod', 'lan'] as const)
    expect(targets(kind, 'name', () => ['192.168.2.10']).every(([, target]) => target === undefined)).toBe(true);
  const names = targets('chain', 'chains', (element) => (element.kind === 'chain' ? element.chains : []));
  expect(names.length).toBeGreaterThan(0);
  expect(names.every(([, target]) => target === undefined)).toBe(true);
});
