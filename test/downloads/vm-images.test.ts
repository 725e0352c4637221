import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { allVmImages, parseVmImages, readVmImages } from '../../src-main/bundle/vm-image-catalogue.ts';
import type { Algorithm } from '../../src-main/bundle/sum.ts';
import type { DownloadProgress } from '../../src-main/downloads/downloads.ts';
import { namedVmImages } from '../../src-main/downloads/kept-vm-images.ts';
import { VmImages } from '../../src-main/downloads/vm-images.ts';
import { publisher } from './publisher.ts';
import { client } from './servers.ts';

const never = new AbortController().signal;
const sumOf = (bytes: Buffer, algorithm: Algorithm): string => createHash(algorithm).update(bytes).digest('hex');

const DEBIAN = '/cloud.debian.org/images/cloud/bookworm';
const DATED = `${DEBIAN}/20260712-2537/debian-12-genericcloud-amd64-20260712-2537.qcow2`;
const NEWEST = `${DEBIAN}/latest/debian-12-genericcloud-amd64.qcow2`;
const SUMS = `${DEBIAN}/latest/SHA512SUMS`;
const UBUNTU = '/cloud-images.ubuntu.com/releases/noble/release';

/** The publishers' hosts at a mirror on loopback, with images of 300 kB: the dated ones as they are pinned, the newest with their sums. */
async function setting() {
  const from = await publisher();
  const written = structuredClone(readVmImages());
  const dated = randomBytes(300_000);
  const newest = randomBytes(310_000);
  for (const { name, url, sum, arch } of allVmImages(written)) {
    written.images[name].sums[arch] = sumOf(dated, sum.algorithm);
    from.content.set(url.replace('https:/', ''), { body: dated });
  }
  from.content.set(NEWEST, { body: newest });
  const debian = `${sumOf(dated, 'sha512')}  debian-12-genericcloud-arm64.qcow2\n${sumOf(newest, 'sha512')}  debian-12-genericcloud-amd64.qcow2\n`;
  from.content.set(SUMS, { body: Buffer.from(debian) });
  const ubuntu = 'ubuntu-24.04-server-cloudimg-arm64.img';
  from.content.set(`${UBUNTU}/${ubuntu}`, { body: newest });
  from.content.set(`${UBUNTU}/SHA256SUMS`, { body: Buffer.from(`${sumOf(newest, 'sha256')} *${ubuntu}\n`) });
  const catalogue = parseVmImages(written);
  const sources = await from.sources();
  const images = new VmImages(sources, catalogue);
  const told: DownloadProgress[] = [];
  const onProgress = (progress: DownloadProgress) => void told.push(progress);
  const bring = (signal = never) => images.bring('debian-12', 'amd64', { signal, onProgress });
  return { bring, catalogue, dated, from, images, newest, onProgress, sources, told };
}

type Setting = Awaited<ReturnType<typeof setting>>;

/** The publisher has removed the dated folder. */
function removeDated({ from }: Setting, status = 404): void {
  from.before = (request, response) => {
    if (!request.url?.includes('20260')) return false;
    response.writeHead(status).end();
    return true;
  };
}

const filesBelow = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

describe('the image of a VM', () => {
  it.each([
    ['debian-12', 'amd64', 'sha512'],
    ['debian-12', 'arm64', 'sha512'],
    ['debian-13', 'amd64', 'sha512'],
    ['debian-13', 'arm64', 'sha512'],
    ['ubuntu-24.04', 'amd64', 'sha256'],
    ['ubuntu-24.04', 'arm64', 'sha256'],
  ] as const)('%s %s comes as Hoplab pins it, by its %s', async (name, arch, algorithm) => {
    const { dated, from, images, onProgress, sources, told } = await setting();
    expect(await images.plan(name, arch)).toEqual({
      what: `${name} ${arch}`,
      host: new URL(from.origin).host,
      have: false,
    });
    expect(from.asked).toEqual([]);
    const hex = sumOf(dated, algorithm);
    const path = join(sources.cache.folder, 'images', algorithm, hex);
    const brought = await images.bring(name, arch, { signal: never, onProgress });
    expect(brought).toEqual({ path, sum: { algorithm, hex }, vouchedBy: 'hoplab' });
    expect(readFileSync(path).equals(dated)).toBe(true);
    expect(filesBelow(dirname(path))).toEqual([hex]);
    expect(told.at(-1)).toMatchObject({ bytes: 300_000, total: 300_000, remaining: 0, current: [] });
    expect(await images.plan(name, arch)).toMatchObject({ size: 300_000, have: true });
  });

  it('that is there already is verified, and nobody is asked', async () => {
    const { bring, from } = await setting();
    const first = await bring();
    from.asked.length = 0;
    expect(await bring()).toEqual(first);
    expect(from.asked).toEqual([]);
  });

  it('that is damaged in the cache is downloaded again', async () => {
    const { bring, dated, from } = await setting();
    const { path } = await bring();
    const wrong = Buffer.from(dated);
    wrong[7] = (wrong[7] ?? 0) ^ 1;
    writeFileSync(path, wrong);
    from.asked.length = 0;
    await bring();
    expect(from.asked).toEqual([DATED]);
    expect(readFileSync(path).equals(dated)).toBe(true);
  });

  it('with another sum is refused, in words that name file, address and sums; nothing is left of it', async () => {
    const { bring, dated, from, newest, sources } = await setting();
    from.content.set(DATED, { body: newest });
    const sentence = `debian-12 amd64 from https:/${DATED} (answered by ${new URL(from.origin).host}) has the SHA-512 ${sumOf(newest, 'sha512')} and not ${sumOf(dated, 'sha512')}`;
    await expect(bring()).rejects.toMatchObject({
      kind: 'wrong-sum',
      message: expect.stringContaining(sentence) as string,
    });
    expect(from.asked).not.toContain(NEWEST);
    expect(filesBelow(join(sources.cache.folder, 'images/sha512'))).toEqual([]);
  });

  it('goes on where the connection was cut', async () => {
    const { bring, dated, from } = await setting();
    const ranges: (string | undefined)[] = [];
    from.before = (request, response) => {
      if (request.method !== 'GET') return false;
      ranges.push(request.headers.range);
      if (ranges.length > 1) return false;
      response.writeHead(200, { 'content-length': 300_000 }).write(dated.subarray(0, 123_456));
      setTimeout(() => response.destroy(), 200);
      return true;
    };
    const { path } = await bring();
    expect(ranges).toEqual([undefined, 'bytes=123456-']);
    expect(readFileSync(path).equals(dated)).toBe(true);
  });

  it('that was cancelled goes on there the next time', async () => {
    const { bring, dated, from } = await setting();
    const stop = new AbortController();
    from.before = (request, response) => {
      if (request.method !== 'GET') return false;
      response.writeHead(200, { 'content-length': 300_000 }).write(dated.subarray(0, 123_456));
      setTimeout(() => stop.abort(), 300);
      return true;
    };
    await expect(bring(stop.signal)).rejects.toThrow(/abort/i);
    const ranges: (string | undefined)[] = [];
    from.before = (request) => {
      if (request.method === 'GET') ranges.push(request.headers.range);
      return false;
    };
    const { path } = await bring();
    expect(ranges).toEqual(['bytes=123456-']);
    expect(readFileSync(path).equals(dated)).toBe(true);
  });

  it('is not waited for any longer, or read, when the caller has cancelled', async () => {
    const { bring, sources } = await setting();
    const release = await sources.cache.lock(never, () => undefined);
    const stop = new AbortController();
    const waiting = bring(stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(waiting).rejects.toThrow(/abort/i);
    await release();
    await bring();
    await expect(bring(AbortSignal.abort(new Error('no more')))).rejects.toThrow('no more');
  });

  it('comes from a mirror of its host alone as well', async () => {
    const made = await setting();
    const { from } = made;
    for (const [path, content] of [...from.content])
      from.content.set(path.replace('/cloud.debian.org/', '/debian/'), content);
    const web = client({ mirrors: { hosts: { 'cloud.debian.org': `${from.origin}/debian` } } });
    const images = new VmImages({ cache: made.sources.cache, web }, made.catalogue);
    await images.bring('debian-12', 'amd64', { signal: never, onProgress: made.onProgress });
    expect(from.asked).toEqual([DATED.replace('/cloud.debian.org/', '/debian/')]);
    expect((await images.plan('ubuntu-24.04', 'amd64')).host).toBe('cloud-images.ubuntu.com');
  });
});

describe('a dated image that its publisher has removed', () => {
  it.each([404, 410])('(%s): the newest one is taken, for which the publisher vouches', async (status) => {
    const made = await setting();
    removeDated(made, status);
    const { bring, from, newest, told } = made;
    const brought = await bring();
    const hex = sumOf(newest, 'sha512');
    expect(brought).toMatchObject({ sum: { algorithm: 'sha512', hex }, vouchedBy: 'publisher' });
    expect(brought.note?.en).toContain('debian-12 image that Hoplab pins');
    expect(brought.note?.en).toContain('only Debian vouches for it, by the SHA-512 beside it');
    expect(readFileSync(brought.path).equals(newest)).toBe(true);
    expect(from.asked.slice(-2)).toEqual([SUMS, NEWEST]);
    expect(told.at(-1)).toMatchObject({ bytes: 310_000, total: 310_000 });
  });

  it('of Ubuntu: by its SHA-256', async () => {
    const made = await setting();
    removeDated(made);
    const { images, newest, onProgress } = made;
    const brought = await images.bring('ubuntu-24.04', 'arm64', { signal: never, onProgress });
    expect(brought).toMatchObject({
      sum: { algorithm: 'sha256', hex: sumOf(newest, 'sha256') },
      vouchedBy: 'publisher',
    });
  });

  it('stays replaced by the same one, without a question, until the catalogue pins another', async () => {
    const made = await setting();
    removeDated(made);
    const { bring, catalogue, from, images, newest, sources } = made;
    const first = await bring();
    from.before = () => false;
    from.content.set(NEWEST, { body: randomBytes(5) });
    from.asked.length = 0;
    expect(await bring()).toEqual(first);
    expect(await images.plan('debian-12', 'amd64')).toMatchObject({ size: newest.length, have: true });
    expect(from.asked).toEqual([]);
    const later = structuredClone(catalogue);
    later.images['debian-12'].url = later.images['debian-12'].url.replaceAll('20260712-2537', '20270101-1');
    const dated = randomBytes(200);
    later.images['debian-12'].sums.amd64 = sumOf(dated, 'sha512');
    from.content.set(DATED.replaceAll('20260712-2537', '20270101-1'), { body: dated });
    const next = await new VmImages(sources, parseVmImages(later)).bring('debian-12', 'amd64', {
      signal: never,
      onProgress: made.onProgress,
    });
    expect(next.vouchedBy).toBe('hoplab');
    expect(readFileSync(next.path).equals(dated)).toBe(true);
  });

  it.each([
    ['lacks the name', Buffer.from(`${'a'.repeat(128)}  debian-12-genericcloud-arm64.qcow2\n`), 'it names debian-12-'],
    ['is a web page', Buffer.from('<!DOCTYPE html><p>Log in'), 'A web page came instead of'],
    ['has another kind of sum', Buffer.from(`${'a'.repeat(64)}  debian-12-genericcloud-amd64.qcow2\n`), 'no SHA-512'],
    ['is empty', Buffer.alloc(0), 'it is empty'],
  ])('is not replaced where the file of sums %s', async (_what, body, why) => {
    const made = await setting();
    removeDated(made);
    made.from.content.set(SUMS, { body });
    await expect(made.bring()).rejects.toMatchObject({ message: expect.stringContaining(why) as string });
    expect(made.from.asked).not.toContain(NEWEST);
    expect(filesBelow(join(made.sources.cache.folder, 'images'))).toEqual([]);
  });

  it('is not replaced by a web page, nor by a newest image with another sum', async () => {
    const made = await setting();
    const { bring, from, sources } = made;
    removeDated(made);
    from.content.set(SUMS, { body: Buffer.from('<p>'), type: 'text/html' });
    await expect(bring()).rejects.toMatchObject({ kind: 'web-page' });
    const next = await setting();
    removeDated(next);
    next.from.content.set(NEWEST, { body: randomBytes(310_000) });
    await expect(next.bring()).rejects.toMatchObject({ kind: 'wrong-sum' });
    for (const { cache } of [sources, next.sources])
      expect(filesBelow(join(cache.folder, 'images/sha512'))).toEqual([]);
  });

  it('is not looked for elsewhere for any other reason: the login page of a network, a server that fails', async () => {
    const { bring, from } = await setting();
    from.content.set(DATED, { body: Buffer.from('<p>'), type: 'text/html' });
    await expect(bring()).rejects.toMatchObject({ kind: 'web-page' });
    from.before = (_request, response) => {
      response.writeHead(403).end();
      return true;
    };
    await expect(bring()).rejects.toMatchObject({ kind: 'forbidden' });
    expect(from.asked).not.toContain(SUMS);
  });

  it('is not replaced by what a mirror without TLS says', async () => {
    const { catalogue, from, onProgress, sources } = await setting();
    from.before = (request, response) => {
      if (!request.url?.endsWith('SHA512SUMS')) response.writeHead(404).end();
      else response.writeHead(302, { location: 'http://mirror.invalid/SHA512SUMS' }).end();
      return true;
    };
    const images = new VmImages(sources, catalogue);
    const work = images.bring('debian-12', 'amd64', { signal: never, onProgress });
    await expect(work).rejects.toThrow('http://mirror.invalid/SHA512SUMS');
  });
});

describe('the cache', () => {
  it('lists images by their sums, names those that Hoplab knows, and prunes the others', async () => {
    const made = await setting();
    const { bring, catalogue, images, newest, dated, onProgress, sources } = made;
    const { cache } = sources;
    await images.bring('ubuntu-24.04', 'arm64', { signal: never, onProgress });
    removeDated(made);
    const { path } = await bring();
    const other = randomBytes(100);
    writeFileSync(cache.imagePath({ algorithm: 'sha512', hex: sumOf(other, 'sha512') }), other);
    writeFileSync(`${path}.part`, 'left');
    const names = await namedVmImages(cache, catalogue);
    const listed = (await cache.list()).map(({ sum, size }) => [sum.algorithm, names.get(sum.hex), size]).sort();
    expect(listed).toEqual([
      ['sha256', 'ubuntu-24.04 arm64', dated.length],
      ['sha512', undefined, 100],
      ['sha512', 'debian-12 amd64', newest.length],
    ]);
    expect(await cache.bytes()).toBe(dated.length + 100 + newest.length + 4);
    expect(await cache.prune(new Set(names.keys()))).toEqual({ files: 2, bytes: 104 });
    expect(statSync(path).size).toBe(newest.length);
    expect(await cache.prune(new Set())).toEqual({ files: 2, bytes: dated.length + newest.length });
  });
});

describe('two Hoplabs that want the same image', () => {
  it('download it once; the later one says for whom it waits', async () => {
    const { catalogue, dated, from, sources } = await setting();
    const said = ['', ''];
    const node = join(import.meta.dirname, '../../node_modules/.bin/node');
    const script = join(import.meta.dirname, 'bring-vm-image.ts');
    const run = async (one: number): Promise<unknown> => {
      const args = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', script, sources.cache.folder, from.origin];
      const child = spawn(node, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdout.on('data', (piece) => (said[one] = `${said[one] ?? ''}${String(piece)}`));
      child.stdin.end(JSON.stringify(catalogue));
      return ((await once(child, 'close')) as unknown[])[0];
    };
    const release = await sources.cache.lock(never, () => undefined);
    const both = [run(0), run(1)];
    const sentence = `Another Hoplab (process ${String(process.pid)}) is downloading`;
    await vi.waitFor(() => said.forEach((words) => expect(words).toContain(sentence)), 15_000);
    await release();
    expect(await Promise.all(both)).toEqual([0, 0]);
    expect(from.asked).toEqual([DATED]);
    const path = sources.cache.imagePath({ algorithm: 'sha512', hex: sumOf(dated, 'sha512') });
    for (const words of said) expect(words.trim().split('\n').at(-1)).toBe(path);
  });
});

describe('the catalogue of images', () => {
  it('refuses a sum of another kind, in capitals, or too short', () => {
    for (const sum of ['a'.repeat(64), 'A'.repeat(128), 'a'.repeat(127), `${'a'.repeat(127)}g`]) {
      const wrong = structuredClone(readVmImages());
      wrong.images['debian-13'].sums.arm64 = sum;
      expect(() => parseVmImages(wrong)).toThrow('is no sha512');
    }
  });

  it('has six images at addresses of their own, dated and undated, with a sum each', () => {
    const all = allVmImages(readVmImages());
    expect(all).toHaveLength(6);
    expect(new Set(all.flatMap(({ url, newest, sum }) => [url, newest, sum.hex])).size).toBe(18);
    for (const { url, newest, arch } of all) {
      expect(url).toMatch(/[/-]20\d{6}/);
      expect(newest).not.toMatch(/20\d{6}/);
      for (const address of [url, newest]) expect(address).toContain(`-${arch}`);
    }
  });
});
