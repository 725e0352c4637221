import { ORPCError } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { keepPaths, observedPath, seriesOfPaths, stoppedPath } from '../../sample-paths/sample-paths.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, RECORDING, type Client } from './example-engine.ts';

let engine: Engine;
let client: Client;
let home: string;
beforeEach(async () => ({ engine, client, home } = await exampleEngine(sampledLab, sampled)));
afterEach(() => engine.close());

const lab = RECORDING;
const asked = { lab, count: 1, predictOnly: true };

describe('the paths of an open lab', () => {
  it('are followed, labelled as of a recording, and kept over a restart', async () => {
    await client.lab.open({ lab });
    const ids: string[] = [];
    for await (const { id, path, spread } of await client.paths.trace({ ...asked, target: 'http://192.168.2.200/' })) {
      expect(path.recorded).toBe('2026-11-24T00:00:00.000Z');
      expect(spread).toBeNull();
      ids.push(id);
    }
    expect(ids).toHaveLength(1);
    await client.lab.close({ lab });
    await client.lab.open({ lab });
    expect(await client.paths.list({ lab })).toMatchObject([
      { id: ids[0], target: 'http://192.168.2.200/', basis: 'predicted' },
    ]);
    await client.paths.forget({ lab, path: ids[0] ?? '' });
    expect(await client.paths.list({ lab })).toEqual([]);
  });

  it('a target that cannot be read is told with its sentence', async () => {
    await client.lab.open({ lab });
    const error = await next(client.paths.trace({ ...asked, target: 'no target' }));
    expect(error).toBeInstanceOf(ORPCError);
    expect(error).toMatchObject({ code: 'TARGET', message: expect.stringContaining('Valid forms:') as string });
  });

  it('a situation that was not recorded is told', async () => {
    await client.lab.open({ lab });
    const error = await next(client.paths.trace({ ...asked, target: 'http://192.168.2.200/', situation: 'flood' }));
    expect(error).toMatchObject({ code: 'TARGET', message: expect.stringContaining('flood') as string });
  });

  it('one that was made elsewhere is taken from its JSON, and compared; what is no path is refused', async () => {
    const [own = ''] = keepPaths(home, [observedPath()]);
    await client.lab.open({ lab });
    const elsewhere = { ...stoppedPath(), time: '2026-11-25T09:00:00+09:00' };
    const { id, path } = await client.paths.import({ lab, text: JSON.stringify(elsewhere, undefined, 2) });
    expect(path).toEqual({ ...elsewhere, time: '2026-11-25T00:00:00.000Z' });
    expect((await client.paths.list({ lab })).map((one) => one.id)).toContain(id);
    expect(await client.paths.compare({ lab, path: own, other: id })).toMatchObject({ other: { id } });
    for (const text of ['', '[]', '{"target":1}', JSON.stringify({ ...elsewhere, time: '../../etc' })]) {
      await expect(client.paths.import({ lab, text })).rejects.toMatchObject({ code: 'FAILED' });
    }
    expect(await client.paths.list({ lab })).toHaveLength(2);
  });

  it('one of before, with one list of all that is to be known, has it among its notes', async () => {
    const { unknown, notes, ...rest } = observedPath();
    const limits = [...unknown, ...notes, { en: 'No routes.', ja: '経路がない。' }];
    keepPaths(home, [{ ...rest, limits } as never]);
    await client.lab.open({ lab });
    const [kept] = await client.paths.list({ lab });
    const { path } = await client.paths.open({ lab, path: kept?.id ?? '' });
    expect(path).toMatchObject({ unknown: [], notes: limits });
    const again = await client.paths.import({ lab, text: JSON.stringify({ ...rest, limits }) });
    expect(again.path).toEqual(path);
  });

  it('only the newest twenty stay', async () => {
    const path = observedPath();
    const many = Array.from({ length: 23 }, (_, index) => ({ ...path, time: new Date(index * 1000).toISOString() }));
    keepPaths(home, many);
    await client.lab.open({ lab });
    const list = await client.paths.list({ lab });
    expect(list).toHaveLength(20);
    expect(list[0]?.time).toBe(new Date(22_000).toISOString());
  });

  it('a series tells how its requests spread', async () => {
    const [id = ''] = keepPaths(home, seriesOfPaths(), 'one');
    await client.lab.open({ lab });
    const { spread } = await client.paths.open({ lab, path: id });
    expect(spread).toMatchObject({ requests: 3, unanswered: 1 });
    expect(spread?.shares.reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
  });

  it('two are compared hop by hop', async () => {
    const [path = '', other = ''] = keepPaths(home, [observedPath(), stoppedPath()]);
    await client.lab.open({ lab });
    const { legs } = await client.paths.compare({ lab, path, other });
    expect(legs.map(({ kind }) => kind)).toEqual(['name', 'request', 'back']);
    const [lookup, request, back] = legs;
    expect(lookup?.rows.every(({ one, other: two, differs }) => one === two && differs.length === 0)).toBe(true);
    expect(request?.rows.filter(({ other: two }) => two === null).length).toBeGreaterThan(0);
    expect(back?.rows.every(({ other: two }) => two === null)).toBe(true);
  });

  it('a path that is gone is refused', async () => {
    await client.lab.open({ lab });
    await expect(client.paths.open({ lab, path: 'gone' })).rejects.toMatchObject({ code: 'FAILED' });
  });
});

/** What a stream fails with. */
async function next(stream: Promise<AsyncIterable<unknown>>): Promise<unknown> {
  try {
    for await (const piece of await stream) return piece;
    return undefined;
  } catch (error) {
    return error;
  }
}
