import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readBlob } from '../../src-main/bundle/blobs.ts';
import type { BundleIndex } from '../../src-main/bundle/bundle-index.ts';
import { DownloadMeter } from '../../src-main/downloads/download-meter.ts';
import { Downloads, type DownloadProgress } from '../../src-main/downloads/downloads.ts';
import { resolveIndex } from '../../src-main/downloads/resolve-index.ts';
import { catalogueOf, publisher, pushImage, sum } from './publisher.ts';

const never = new AbortController().signal;

/** A set of some files and two images with a layer in common. */
async function set(files = 6, size = 200_000) {
  const from = await publisher();
  const bodies = Array.from({ length: files }, (_none, at) => randomBytes(size + at));
  const named = bodies.map((body, at) => {
    const url = `https://dl.example.com/file-${String(at)}`;
    from.content.set(`/dl.example.com/file-${String(at)}`, { body });
    return { name: `file-${String(at)}`, kind: 'archive' as const, url, sha256: sum(body), size: body.length };
  });
  const layers = [randomBytes(30_000), randomBytes(50_000)];
  const references = ['quay.io/one/app:v1', 'ghcr.io/two/app:v2'];
  for (const [at, reference] of references.entries()) pushImage(from, reference, ['amd64', 'arm64'], layers.slice(at));
  const catalogue = catalogueOf({ files: named, images: references.map((reference) => ({ reference })) });
  const sources = await from.sources();
  const index = await resolveIndex(
    { kubernetes: '1.37.1', arch: ['amd64'], hoplab: '0.1.0', catalogue },
    sources,
    never,
  );
  from.asked.length = 0;
  return { bodies, from, index, layers, sources, downloads: new Downloads(index, sources) };
}

const fetched = async (downloads: Downloads, signal = never): Promise<DownloadProgress[]> => {
  const told: DownloadProgress[] = [];
  await downloads.fetch({ signal, onProgress: (progress) => void told.push(progress) });
  return told;
};

describe('the downloads of an index', () => {
  it('name each blob once: what it is, whence, how large, and whether it is there', async () => {
    const { bodies, downloads, from, layers } = await set(1);
    const host = new URL(from.origin).host;
    const items = await downloads.items(never);
    expect(items[0]).toEqual({
      what: 'file-0 v1.37.1',
      from: host,
      sha256: sum(bodies[0] ?? ''),
      size: 200_000,
      have: false,
    });
    const missing = items.filter(({ have }) => !have).map(({ what, size }) => [what, size]);
    expect(missing).toEqual([
      ['file-0 v1.37.1', 200_000],
      ['quay.io/one/app:v1', 30_000],
      ['quay.io/one/app:v1', 50_000],
    ]);
    expect(items.filter(({ sha256 }) => sha256 === sum(layers[1] ?? ''))).toHaveLength(1);
    expect(items.filter(({ have }) => have)).toHaveLength(6); // index, manifest and configuration of both
    expect(from.asked).toEqual([]);
  });

  it('come once, verified, with their progress over the whole', async () => {
    const { bodies, downloads, from, sources } = await set();
    const told = await fetched(downloads);
    const last = told.at(-1);
    expect(last?.bytes).toBe(last?.total);
    expect(last).toMatchObject({ remaining: 0, current: [] });
    expect(from.asked).toHaveLength(8);
    for (const body of bodies) expect((await readBlob(sources.cache, sum(body))).equals(body)).toBe(true);
    expect((await downloads.items(never)).every(({ have }) => have)).toBe(true);
    await fetched(downloads);
    expect(from.asked).toHaveLength(8);
  });

  it('come four at a time', async () => {
    const { downloads, from } = await set(9);
    let [now, most] = [0, 0];
    from.before = (_request, response) => {
      most = Math.max(most, (now += 1));
      response.on('close', () => (now -= 1));
      response.writeHead(200, { 'content-length': 1 });
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    await expect(fetched(downloads)).rejects.toThrow();
    expect(most).toBe(4);
  });

  it('go on where they were after they were cancelled', async () => {
    const { downloads, from, index, sources } = await set(3, 400_000);
    const stop = new AbortController();
    const [slow] = index.files;
    from.before = (request, response) => {
      if (!request.url?.endsWith('file-0') || request.headers.range !== undefined) return false;
      response
        .writeHead(200, { 'content-length': 400_000 })
        .write(from.content.get(request.url)?.body.subarray(0, 123_456));
      setTimeout(() => stop.abort(), 500);
      return true;
    };
    await expect(fetched(downloads, stop.signal)).rejects.toThrow(/abort/i);
    const blobs = join(sources.cache.folder, 'blobs/sha256');
    expect(readdirSync(blobs).filter((name) => name.includes('part'))).toEqual([`${slow?.sha256 ?? ''}.part`]);
    from.asked.length = 0;
    const ranges: (string | undefined)[] = [];
    from.before = (request) => {
      ranges.push(request.headers.range);
      return false;
    };
    await fetched(downloads);
    expect(from.asked).toEqual(['/dl.example.com/file-0']);
    expect(ranges).toEqual(['bytes=123456-']);
  });

  it('end with the first that fails; what came stays, and those who wait for a blob are told', async () => {
    const { downloads, from, index } = await set();
    from.before = (request, response) => {
      if (!request.url?.endsWith('file-3')) return false;
      void downloads.arrived([index.files[0]?.sha256 ?? '']).then(() => response.writeHead(404).end());
      return true;
    };
    const running = fetched(downloads);
    const waiting = downloads.arrived([index.files[3]?.sha256 ?? '']);
    await Promise.all([expect(running).rejects.toThrow('file-3'), expect(waiting).rejects.toThrow('file-3')]);
    const have = (await downloads.items(never)).filter((item) => item.have && item.what.startsWith('file'));
    expect(have.map(({ what }) => what)).toContain('file-0 v1.37.1');
    await downloads.arrived(have.map(({ sha256 }) => sha256));
    await expect(downloads.arrived([index.files[3]?.sha256 ?? ''])).rejects.toThrow('file-3');
  });

  it('let go on who waits for a blob as soon as it is there', async () => {
    const { downloads, from, index } = await set(2);
    let release = (): void => undefined;
    from.before = (request, response) => {
      if (!request.url?.endsWith('file-1')) return false;
      const { body } = from.content.get(request.url) ?? {};
      release = () => void response.writeHead(200, { 'content-length': body?.length ?? 0 }).end(body);
      return true;
    };
    let ended = false;
    const running = fetched(downloads).finally(() => (ended = true));
    await downloads.arrived([index.files[0]?.sha256 ?? '']);
    expect(ended).toBe(false);
    const second = downloads.arrived([index.files[1]?.sha256 ?? '']);
    release();
    await second;
    await running;
  });

  it('get a manifest again that is no longer in the cache', async () => {
    const { downloads, index, sources } = await set(1);
    await fetched(downloads);
    const digest = index.images[0]?.digest.slice(7) ?? '';
    rmSync(join(sources.cache.folder, 'blobs/sha256', digest));
    expect((await downloads.items(never)).every(({ have }) => have)).toBe(true);
    writeFileSync(join(sources.cache.folder, 'blobs/sha256', digest), 'damaged');
    await expect(downloads.items(never)).rejects.toThrow('was damaged on the disk');
    expect((await downloads.items(never)).every(({ have }) => have)).toBe(true);
  });
});

describe('two Hoplabs that download the same', () => {
  it('end with everything downloaded once, and the later one says for whom it waits', async () => {
    const { from, index, sources } = await set();
    const files: BundleIndex = { ...index, images: [] };
    const said = ['', ''];
    const node = join(import.meta.dirname, '../../node_modules/.bin/node');
    const script = join(import.meta.dirname, 'download-set.ts');
    const run = async (one: number): Promise<unknown> => {
      const args = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', script, sources.cache.folder, from.origin];
      const child = spawn(node, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdout.on('data', (piece) => (said[one] = `${said[one] ?? ''}${String(piece)}`));
      child.stdin.end(JSON.stringify(files));
      return ((await once(child, 'close')) as unknown[])[0];
    };
    const release = await sources.cache.lock(never, () => undefined);
    const both = [run(0), run(1)];
    const sentence = `Another Hoplab (process ${String(process.pid)}) is downloading`;
    await vi.waitFor(() => said.forEach((words) => expect(words).toContain(sentence)), 15_000);
    expect(from.asked).toEqual([]);
    await release();
    expect(await Promise.all(both)).toEqual([0, 0]);
    expect([...from.asked].sort()).toEqual(index.files.map(({ name }) => `/dl.example.com/${name}`).sort());
  });
});

describe('the meter', () => {
  it('tells the rate of the last five seconds and what remains; what was there before is no progress', () => {
    let now = 0;
    const meter = new DownloadMeter(1000, () => now);
    meter.found('a', 300);
    expect(meter.read()).toEqual({ bytes: 300, total: 1000, rate: 0 });
    meter.found('b', 100); // a part
    now = 2000;
    meter.has('b', 300);
    expect(meter.read()).toEqual({ bytes: 600, total: 1000, rate: 100, remaining: 4 });
    now = 3000;
    meter.has('b', 0); // begins anew
    expect(meter.read()).toMatchObject({ bytes: 300 });
    for (now = 4000; now <= 60_000; now += 1000) meter.read();
    expect(meter.read()).toEqual({ bytes: 300, total: 1000, rate: 0 });
    meter.has('b', 700);
    expect(meter.read()).toMatchObject({ bytes: 1000, remaining: 0 });
  });
});
