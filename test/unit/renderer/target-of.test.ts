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

it('what no packet is sent to has none', () => {
  for (const kind of ['node', 'interface', 'tunnel', 'pod', 'lan'] as const)
    expect(targets(kind, 'name', () => ['192.168.2.10']).every(([, target]) => target === undefined)).toBe(true);
  const names = targets('chain', 'chains', (element) => (element.kind === 'chain' ? element.chains : []));
  expect(names.length).toBeGreaterThan(0);
  expect(names.every(([, target]) => target === undefined)).toBe(true);
});
