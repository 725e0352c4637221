import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Cache } from '../../src-main/downloads/cache.ts';
import { DownloadError } from '../../src-main/downloads/download-error.ts';
import { readBlob } from '../../src-main/bundle/blobs.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { blobServer, type Behaviour } from './blob-server.ts';
import { plainGet } from './plain-client.ts';

const never = new AbortController().signal;
const sum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Setting {
  readonly content?: Buffer;
  /** As the caller knows it; default that of the content. */
  readonly size?: number | undefined;
  readonly behave?: (request: number) => Behaviour;
  readonly folder?: string;
}

async function setting({ content = randomBytes(300_000), behave, folder, ...known }: Setting = {}) {
  const server = await blobServer(content, behave);
  const cache = new Cache(folder ?? (await tempFolder()), { pause: 0 });
  const sha256 = sum(content);
  const blob = join(cache.folder, 'blobs/sha256', sha256);
  const bytes: number[] = [];
  const wanted = { what: 'kubelet v1.37.1', url: `${server.url}/kubelet`, sha256, size: content.length, ...known };
  const add = (signal: AbortSignal = never) =>
    cache.add(wanted, plainGet(`${server.url}/kubelet`), { signal, onBytes: (have) => void bytes.push(have) });
  return { add, asked: server.asked, blob, bytes, cache, content, sha256, server };
}

const failure = async (work: Promise<unknown>): Promise<DownloadError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DownloadError) return error;
  throw new Error(`no DownloadError: ${String(error)}`);
};

describe('a blob', () => {
  it('is downloaded once, and then is there', async () => {
    const { add, asked, bytes, cache, content, sha256, blob } = await setting();
    await add();
    await add();
    expect(asked).toHaveLength(1);
    expect(await cache.size(sha256)).toBe(content.length);
    expect(await readBlob(cache, sha256)).toEqual(content);
    expect(bytes.at(-1)).toBe(content.length);
    expect(readdirSync(join(blob, '..'))).toEqual([sha256]);
    expect(statSync(blob).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['of unknown size', { size: undefined }],
    ['of unknown size, without a length in the answer', { size: undefined, behave: () => ({ chunked: true }) }],
    ['that is empty', { content: Buffer.alloc(0) }],
    ['that is empty and of unknown size', { content: Buffer.alloc(0), size: undefined }],
    ['of exactly one piece', { content: randomBytes(1 << 20) }],
    ['of several pieces', { content: randomBytes((3 << 20) + 17) }],
  ])('%s is right', async (_what, given) => {
    const { add, cache, content, sha256 } = await setting(given);
    await add();
    expect((await readBlob(cache, sha256)).equals(content)).toBe(true);
  });
});

describe('a connection that is cut', () => {
  it('at random bytes 100 times: the download is right, and goes on each time where it was', async () => {
    const content = randomBytes(5_000_000);
    const cuts = Array.from({ length: 100 }, () => Math.ceil(Math.random() * 49_000));
    const behave = (request: number): Behaviour => ({
      ...(request < 100 && { cut: cuts[request] ?? 0 }),
      etag: '"one"',
    });
    const { add, asked, cache, sha256 } = await setting({ content, behave });
    await add();
    expect((await readBlob(cache, sha256)).equals(content)).toBe(true);
    expect(asked).toHaveLength(101);
    const starts = asked.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
    // a connection that is reset takes with it what was not read yet
    expect(starts.at(-1)).toBeGreaterThan(cuts.reduce((sum, cut) => sum + cut, 0) / 2);
    expect(asked.at(-1)?.ifRange).toBe('"one"');
  });

  it('at random bytes 100 times, by a server that does not know Range', async () => {
    const content = randomBytes(200_000);
    let at = 0; // each time a little further: it begins anew, and that is progress
    const behave = (request: number): Behaviour => {
      at += Math.ceil(Math.random() * 1900);
      return { ranges: false, ...(request < 100 && { cut: at }) };
    };
    const { add, cache, sha256 } = await setting({ content, behave });
    await add();
    expect((await readBlob(cache, sha256)).equals(content)).toBe(true);
  });

  it.each([[true], [false]])('at every byte of a small file (ranges: %s)', async (ranges) => {
    const content = randomBytes(64);
    const behave = (request: number): Behaviour => ({ ranges, ...(request % 2 === 0 && { cut: request / 2 }) });
    const { add, asked, blob, cache, sha256 } = await setting({ content, behave });
    for (let cut = 0; cut <= content.length; cut += 1) {
      await add();
      expect(await readBlob(cache, sha256)).toEqual(content);
      rmSync(blob);
    }
    expect(asked).toHaveLength(2 * content.length + 1);
  });

  it('before its end is known, without a length, is noticed by the sum', async () => {
    const behave = (request: number): Behaviour => ({
      chunked: true,
      ...(request === 0 && { body: Buffer.from('half') }),
    });
    const { add } = await setting({ size: undefined, behave });
    expect((await failure(add())).kind).toBe('wrong-sum');
    await add();
  });

  it('without progress ends after some tries, in words that name file and address', async () => {
    const { add, asked, server } = await setting({ behave: () => ({ cut: 0 }) });
    const { kind, text } = await failure(add());
    expect(kind).toBe('cut');
    expect(asked).toHaveLength(7);
    for (const { length } of [text.en.split('\n'), text.ja.split('\n')]) expect(length).toBe(1);
    for (const words of [text.en, text.ja]) {
      expect(words).toContain('kubelet v1.37.1');
      expect(words).toContain(server.url);
    }
  });

  it('by a server that never gets further without Range ends, too', async () => {
    const { add, asked } = await setting({ behave: () => ({ ranges: false, cut: 1000 }) });
    expect((await failure(add())).kind).toBe('cut');
    expect(asked).toHaveLength(8);
  });
});

describe('a part', () => {
  it('is resumed by the next one with If-Range, and hashed again from the disk', async () => {
    const folder = await tempFolder();
    const content = randomBytes(200_000);
    const stops = await setting({
      content,
      folder,
      behave: () => ({ etag: '"a"', slow: { every: 50, piece: 10_000 } }),
    });
    const stop = new AbortController();
    const stopping = stops.add(stop.signal);
    setTimeout(() => stop.abort(), 400);
    await expect(stopping).rejects.toThrow(/abort/i);
    const { size } = statSync(`${stops.blob}.part`);
    expect(size).toBeGreaterThan(0);
    expect(readFileSync(`${stops.blob}.part`)).toEqual(content.subarray(0, size));
    const next = await setting({ content, folder, behave: () => ({ etag: '"a"' }) });
    await next.add();
    expect(next.asked).toMatchObject([{ range: `bytes=${String(size)}-`, ifRange: '"a"' }]);
    expect(next.bytes[0]).toBe(size);
    expect(await readBlob(next.cache, next.sha256)).toEqual(content);
    expect(readdirSync(join(next.blob, '..'))).toEqual([next.sha256]);
  });

  const withPart = async (part: Buffer, given: Setting & { from?: string } = {}) => {
    const made = await setting(given);
    await made.cache.keep(Buffer.from('another')); // makes the folder
    writeFileSync(`${made.blob}.part`, part);
    if (given.from !== undefined) writeFileSync(`${made.blob}.part.from`, given.from);
    return made;
  };

  it('of a file that has changed since (another ETag) is begun anew', async () => {
    const { add, asked, cache, content, sha256 } = await withPart(randomBytes(500), {
      from: '"old"',
      behave: () => ({ etag: '"new"' }),
    });
    await add();
    expect(asked).toMatchObject([{ range: 'bytes=500-', ifRange: '"old"' }]);
    expect(await readBlob(cache, sha256)).toEqual(content);
  });

  it('whose bytes are wrong is no verdict: the download begins anew once', async () => {
    const { add, asked, cache, content, sha256 } = await withPart(randomBytes(500));
    await add();
    expect(asked.map(({ range }) => range)).toEqual(['bytes=500-', undefined]);
    expect(await readBlob(cache, sha256)).toEqual(content);
  });

  it.each([
    ['that is whole already asks nobody', 0, 0],
    ['that is too long is begun anew', 100, 2],
  ])('%s', async (_what, more, requests) => {
    const content = randomBytes(1000);
    const { add, asked, cache, sha256 } = await withPart(Buffer.concat([content, randomBytes(more)]), { content });
    await add();
    expect(asked).toHaveLength(requests);
    expect(await readBlob(cache, sha256)).toEqual(content);
  });

  it('that is whole, of a size nobody knows, is taken when the server says that there is no more (416)', async () => {
    const content = randomBytes(1000);
    const { add, asked, cache, sha256 } = await withPart(content, { content, size: undefined });
    await add();
    expect(asked).toHaveLength(1);
    expect(await readBlob(cache, sha256)).toEqual(content);
  });

  it('is begun anew when the server answers with another range than it was asked for', async () => {
    const content = randomBytes(1000);
    const headers = { 'content-range': 'bytes 0-999/1000' };
    const behave = (request: number): Behaviour => (request === 0 ? { status: 206, headers } : {});
    const { add, cache, sha256 } = await withPart(content.subarray(0, 10), { content, behave });
    await add();
    expect(await readBlob(cache, sha256)).toEqual(content);
  });
});

describe('what is not the file', () => {
  it.each([
    ['another sum', { behave: () => ({ body: randomBytes(300_000) }) }, 'SHA-256'],
    ['a shorter file', { behave: () => ({ body: randomBytes(299_999) }) }, '299999'],
    ['a longer file', { behave: () => ({ body: randomBytes(300_001) }) }, '300001'],
    ['a longer file without a length', { behave: () => ({ body: randomBytes(400_000), chunked: true }) }, 'more'],
  ])('%s ends in words that name file and address, and leaves nothing behind', async (_what, given, word) => {
    const { add, blob, server } = await setting(given);
    const { kind, text } = await failure(add());
    expect(kind).toBe('wrong-sum');
    for (const expected of ['kubelet v1.37.1', `${server.url}/kubelet`, word]) expect(text.en).toContain(expected);
    expect(readdirSync(join(blob, '..'))).toEqual([]);
  });
});

describe('a blob that is damaged on the disk', () => {
  it.each([
    ['before it was ever read', false],
    ['after it was verified', true],
  ])('%s gives no wrong byte, is named, removed, and downloaded again', async (_when, after) => {
    const { add, asked, blob, cache, content, sha256 } = await setting();
    await add();
    if (after) await readBlob(cache, sha256);
    const wrong = Buffer.from(content);
    wrong[7] = (wrong[7] ?? 0) ^ 1;
    writeFileSync(blob, wrong);
    const given: Buffer[] = [];
    const reading = (async () => {
      for await (const piece of cache.open(sha256)) given.push(piece as Buffer);
    })();
    await expect(reading).rejects.toThrow(`${blob} was damaged on the disk and has been removed`);
    if (!after) expect(given).toEqual([]);
    expect(existsSync(blob)).toBe(false);
    await add();
    expect(asked).toHaveLength(2);
    expect(await readBlob(cache, sha256)).toEqual(content);
  });

  it('in its size is downloaded again without being read', async () => {
    const { add, asked, blob } = await setting();
    await add();
    writeFileSync(blob, 'short');
    await add();
    expect(asked).toHaveLength(2);
  });

  it('that is not there says so', async () => {
    const { cache, sha256 } = await setting();
    await expect(readBlob(cache, sha256)).rejects.toThrow('is no longer in the cache');
  });
});

describe('a packed blob', () => {
  it('is made once, travels in place of the blob, and is verified', async () => {
    const { add, cache, content, sha256 } = await setting({ content: Buffer.from('word '.repeat(100_000)) });
    await add();
    await cache.pack(sha256);
    const packed = join(cache.folder, 'packed/sha256', `${sha256}.gz`);
    const made = statSync(packed).ino;
    await cache.pack(sha256);
    expect(statSync(packed).ino).toBe(made);
    const travelling = await cache.travelling(sha256);
    expect(travelling).toMatchObject({ packed: true, size: statSync(packed).size });
    expect(travelling.size).toBeLessThan(content.length / 10);
    writeFileSync(packed, 'no gzip');
    await expect(travelling.open().toArray()).rejects.toThrow('was damaged on the disk');
    expect(await cache.travelling(sha256)).toMatchObject({ packed: false, size: content.length });
  });
});

describe('the cache', () => {
  it('lists what is in it by last use, with its size, and prunes all but what is to be kept', async () => {
    const { add, blob, cache, content, sha256 } = await setting();
    const other = await cache.keep(Buffer.from('other'));
    await add();
    utimesSync(blob, new Date('2026-01-01'), new Date('2026-01-01'));
    expect((await cache.list()).map((one) => one.sum.hex)).toEqual([other, sha256]);
    await readBlob(cache, sha256);
    expect(await cache.list()).toMatchObject([
      { sum: { algorithm: 'sha256', hex: sha256 }, size: content.length },
      { sum: { algorithm: 'sha256', hex: other }, size: 5 },
    ]);
    writeFileSync(`${blob}0.part`, 'left');
    expect(await cache.bytes()).toBe(content.length + 5 + 4);
    expect(await cache.prune(new Set([other]))).toEqual({ files: 2, bytes: content.length + 4 });
    expect((await cache.list()).map((one) => one.sum.hex)).toEqual([other]);
    expect(await cache.prune(new Set())).toEqual({ files: 1, bytes: 5 });
  });

  it('prunes nothing while something is downloaded, and says so', async () => {
    const { add, cache, sha256 } = await setting();
    await add();
    const release = await cache.lock(never, () => undefined);
    const { kind, text } = await failure(cache.prune(new Set()));
    expect(kind).toBe('busy');
    expect(text.en).toContain(cache.folder);
    await release();
    expect(await cache.size(sha256)).toBeDefined();
    expect((await cache.prune(new Set())).files).toBe(1);
  });
});
