import { describe, expect, it } from 'vitest';
import { elementSchema, type ElementOf, type TopologyElement } from '../../../src-main/contract/topology.ts';
import { columnsOf } from '../../../src-renderer/features/lab/topology/columns.ts';
import { findIn } from '../../../src-renderer/features/lab/topology/find.ts';
import {
  commonStart,
  gridOf,
  nameParts,
  tileOf,
  tilePlace,
  tilesOnScreen,
  tileWords,
} from '../../../src-renderer/features/lab/topology/overview.ts';
import { Picture } from '../../../src-renderer/features/lab/topology/shown-picture.ts';
import { chainsOf, otherLines, rowsOf, rulesOf } from '../../../src-renderer/features/lab/topology/rules.ts';
import { shortHost } from '../../../src-renderer/features/lab/topology/short-host.ts';
import { topologyTexts } from '../../../src-renderer/texts/topology-texts.ts';
import { readPicture } from '../topology/read-sampled.ts';
import { sampled } from '../topology/sampled-lab.ts';

const { elements } = await readPicture(sampled);
const names = ['k8s-master', 'k8s-worker1', 'k8s-worker2'];

function pictureOf(changed: readonly TopologyElement[]): Picture {
  const picture = new Picture();
  picture.take({ time: '', reset: true, live: true, changed: [...changed], removed: [], sources: [] });
  return picture;
}
const picture = pictureOf(elements);

describe('looking for something in the picture', () => {
  it('finds a node by its name and its address, the closest first', () => {
    expect(findIn(picture, 'k8s-worker2')[0]).toMatchObject({ node: 'k8s-worker2', element: { kind: 'node' } });
    expect(findIn(picture, '192.168.2.11')[0]).toMatchObject({ node: 'k8s-worker1' });
  });

  it('finds pods by a part of their name, a Service by its NodePort, an interface by its MAC', () => {
    expect(findIn(picture, 'Shortener-Service').map(({ element }) => element.kind)).toContain('pod');
    expect(findIn(picture, '30080')[0]).toMatchObject({ element: { kind: 'service' }, node: undefined });
    expect(findIn(picture, '52:54:00:a8:02:0c')[0]).toMatchObject({ node: 'k8s-worker2', element: { name: 'eth0' } });
  });

  it('finds nothing where nothing is, and for no words', () => {
    expect(findIn(picture, 'no such thing')).toEqual([]);
    expect(findIn(picture, ' ')).toEqual([]);
  });
});

describe('the filter by namespace', () => {
  it('leaves the pods of one namespace', () => {
    const [, one] = columnsOf(picture, names, { namespace: 'shortener' });
    const all = [...(one?.pods ?? []).map(({ pod }) => pod), ...(one?.hostPods ?? [])];
    expect(all.length).toBeGreaterThan(0);
    expect(new Set(all.map(({ namespace }) => namespace))).toEqual(new Set(['shortener']));
  });
});

describe('the overview', () => {
  it('counts what is on each node', () => {
    const column = columnsOf(picture, names, { namespace: '' })[1];
    const tile = column && tileOf(column, 2, topologyTexts.notRead);
    expect(tile).toMatchObject({ name: 'k8s-worker1', state: 'ok', address: '192.168.2.11', known: 2 });
    expect(tile?.all).toBe(Object.values(tile?.pods ?? {}).reduce((sum, count) => sum + count, 0));
  });

  it('has no number for a node that was not read', () => {
    const [column] = columnsOf(pictureOf([]), names, { namespace: '' });
    const tile = column && tileOf(column, 0, topologyTexts.cannotBeRead);
    expect(tile).toMatchObject({ state: 'unknown', all: undefined, known: undefined });
    expect(tile && tileWords(tile)).toEqual([topologyTexts.cannotBeRead]);
  });

  it('keeps the end of long names, where they differ, and loses no letter', () => {
    const long = ['rack-7-customer-worker-019', 'rack-7-customer-worker-020'];
    expect(long.map((name) => nameParts(name)[1])).toEqual(['r-019', 'r-020']);
    for (const name of [...long, 'cp', '']) expect(nameParts(name).join('')).toBe(name);
  });

  it('takes smaller tiles until all nodes fit', () => {
    const port = { width: 704, height: 680 };
    expect(gridOf(port, 3).size).toBe('whole');
    expect(gridOf(port, 100)).toMatchObject({ size: 'bar' });
    expect(gridOf(port, 100).height).toBeLessThanOrEqual(port.height);
  });

  it('draws the tiles that are on screen, and no others', () => {
    const grid = gridOf({ width: 704, height: 300 }, 200);
    const [first, last] = tilesOnScreen(grid, 400, 300);
    expect(tilePlace(first, grid).top).toBeLessThanOrEqual(400);
    expect(tilePlace(last + 1, grid).top).toBeGreaterThanOrEqual(700);
    expect(last - first).toBeLessThan(200);
  });

  it('leaves out what all names begin with', () => {
    expect(commonStart(['k8s-master', 'k8s-worker1', 'k8s-worker2'])).toBe('k8s-');
    expect(commonStart(['alpha', 'beta'])).toBe('');
    expect(commonStart(['alone'])).toBe('');
  });
});

describe('the rules in the kernel strip', () => {
  const options = { app: new Set(['staging', 'prod']), namespace: '' };
  const rules = rulesOf(picture.all('service'), picture.all('chain'), options);
  const chains = chainsOf(picture.all('chain'), ['k8s-worker1', 'k8s-worker2']);

  it('are those of the VIP, then of NodePorts, then of the app and of DNS inside', () => {
    const matches = rules.map(({ match }) => match);
    expect(matches[0]).toMatch(/^192\.168\.2\.20/);
    expect(matches.indexOf('*:30080')).toBeLessThan(matches.indexOf('10.96.0.10:53'));
    expect(rules.filter(({ inner }) => !inner).map(({ match }) => match)).not.toContain('10.96.0.1:443');
  });

  it('are folded inside the cluster, and all there when all are asked for', () => {
    const open = () => false;
    const few = rowsOf(rules, { most: 40, open, chains }).map(({ match }) => match);
    expect(few).not.toContain('10.96.0.1:443');
    const all = rowsOf(rules, { most: Infinity, open, chains }).map(({ match }) => match);
    expect(all).toEqual(rules.map(({ match }) => match));
    expect(all).toContain('10.96.0.1:443');
  });

  it('of a Service that is gone stand right after those of the VIP', () => {
    const left = picture.all('service').filter(({ name }) => name !== 'shortener-nodeport');
    const orphaned = picture
      .all('chain')
      .map((chain) =>
        chain.service.endsWith('/shortener-nodeport') ? { ...chain, standing: 'no-service' as const } : chain,
      );
    const found = rulesOf(left, orphaned, options);
    const place = found.findIndex(({ match }) => match === '*:30080');
    expect(found[place]).toMatchObject({
      name: 'shortener/shortener-nodeport',
      service: undefined,
      standing: 'no-service',
    });
    expect(found.slice(0, place).filter(({ match }) => match.startsWith('*'))).toEqual([]);
  });

  it('are those of the kernels alone where no Services were read', () => {
    const chainsAlone = picture.all('chain').map((chain) => ({ ...chain, standing: null }));
    const found = rulesOf([], chainsAlone, options);
    expect(found.map(({ match }) => match)).toContain('192.168.2.200:80');
    expect(new Set(found.map(({ standing }) => standing))).toEqual(new Set([null]));
  });

  it('have the chains of the kernel by the same key', () => {
    const of = chains.get('k8s-worker1');
    for (const { key, pending } of rules) if (!pending) expect(of?.has(key), key).toBe(true);
    expect(chains.get('k8s-master')).toBeUndefined();
  });

  it('stand at the same height in every node', () => {
    const rows = rowsOf(rules, { most: 4, open: ({ match }) => match === '192.168.2.200:80', chains });
    expect(rows).toHaveLength(3);
    expect(rows.find(({ match }) => match === '192.168.2.200:80')?.lines).toBe(1 + 3);
    expect(rows.find(({ match }) => match !== '192.168.2.200:80')?.lines).toBe(0);
  });

  it('of others take a line in every node once one node has some, and more where they are open', () => {
    expect(otherLines([0, 0], true)).toBe(0);
    expect(otherLines([0, 3], false)).toBe(1);
    expect(otherLines([0, 3], true)).toBe(1 + 3);
    expect(otherLines([99], true)).toBe(1 + 6);
  });
});

describe('the picture', () => {
  it('keeps elements by their kind while they come and go', () => {
    const one = elements.find((element): element is ElementOf<'pod'> => element.kind === 'pod');
    if (!one) throw new Error('there are pods');
    expect(elementSchema.safeParse(one).success).toBe(true);
    const small = pictureOf([one]);
    small.take({ time: '', reset: false, live: true, changed: [{ ...one, ready: false }], removed: [], sources: [] });
    expect(small.all('pod')).toEqual([{ ...one, ready: false }]);
    small.take({ time: '', reset: false, live: true, changed: [], removed: [one.id], sources: [] });
    expect(small.all('pod')).toEqual([]);
    expect(small.get(one.id)).toBeUndefined();
  });
});

describe('a host name in a narrow place', () => {
  it('is told without the zone, and keeps its end', () => {
    expect(shortHost('url-shortener.prod.k8s.local', 'k8s.local')).toBe('url-shortener.prod');
    expect(shortHost('url-shortener.staging.k8s.local', 'k8s.local')).toBe('url-sh…tener.staging');
    expect(shortHost('*', 'k8s.local')).toBe('*');
  });
});
