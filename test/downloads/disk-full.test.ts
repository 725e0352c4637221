import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVmImages } from '../../src-main/bundle/vm-image-catalogue.ts';
import { Cache } from '../../src-main/downloads/cache.ts';
import { DownloadError } from '../../src-main/downloads/download-error.ts';
import { Downloads } from '../../src-main/downloads/downloads.ts';
import { VmImages } from '../../src-main/downloads/vm-images.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { blobServer } from './blob-server.ts';
import { plainGet } from './plain-client.ts';
import { catalogueOf, publisher, sum } from './publisher.ts';
import { resolveIndex } from '../../src-main/downloads/resolve-index.ts';

const never = new AbortController().signal;

/** A disk of 4 MiB; undefined where none can be mounted. */
const disk = await tempFolder();
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
});

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.skipIf(!mounted)('a disk that is full', () => {
  it('ends a download in words that say where and how much is needed; what came is gone on with', async () => {
    const content = randomBytes(10_000_000);
    const { url } = await blobServer(content);
    const cache = new Cache(disk, { pause: 0 });
    const wanted = { what: 'kubelet v1.37.1', url, sha256: sum(content), size: content.length };
    const add = () => failure(cache.add(wanted, plainGet(url), { signal: never, onBytes: () => undefined }));
    const error = await add();
    expect(error).toBeInstanceOf(DownloadError);
    const { kind, text } = error as DownloadError;
    expect(kind).toBe('disk-full');
    expect(text.en).toContain(disk);
    expect(text.en).toMatch(/[5-7]\.\d MB more are needed/);
    expect(statSync(join(disk, 'blobs/sha256', `${wanted.sha256}.part`)).size).toBeGreaterThan(2_000_000);
    spawnSync('mount', ['-o', 'remount,size=20m', disk]);
    expect(await add()).toBeUndefined();
    expect(await cache.size(wanted.sha256)).toBe(content.length);
  });

  it('is noticed before the image of a VM is downloaded; its part counts', async () => {
    const from = await publisher();
    const catalogue = structuredClone(readVmImages());
    const sum = { algorithm: 'sha512', hex: catalogue.images['debian-12'].sums.amd64 } as const;
    const sources = await from.sources(disk);
    const images = new VmImages(sources, catalogue);
    from.before = (request, response) => {
      response.writeHead(200, { 'content-length': 400_000_000 }).end(request.method === 'HEAD' ? undefined : 'x');
      return true;
    };
    const bring = () => failure(images.bring('debian-12', 'amd64', { signal: never, onProgress: () => undefined }));
    const full = (text: string) => ({ kind: 'disk-full', message: expect.stringContaining(text) as string });
    expect(await bring()).toMatchObject(full('400.0 MB more are needed'));
    const path = sources.cache.imagePath(sum);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, Buffer.alloc(1_000_000));
    expect(await bring()).toMatchObject(full('399.0 MB more are needed'));
    expect(from.asked).toEqual([]);
  });

  it('is noticed before anything is downloaded', async () => {
    const from = await publisher();
    const body = randomBytes(1000);
    from.content.set('/dl.example.com/large', { body });
    const file = {
      name: 'large',
      kind: 'archive' as const,
      url: 'https://dl.example.com/large',
      sha256: sum(body),
      size: 900_000_000,
    };
    const catalogue = catalogueOf({ files: [file], images: [] });
    const sources = await from.sources(disk);
    const index = await resolveIndex({ kubernetes: '1.37.1', arch: ['amd64'], hoplab: '0', catalogue }, sources, never);
    const error = await failure(new Downloads(index, sources).fetch({ signal: never, onProgress: () => undefined }));
    expect(error).toMatchObject({
      kind: 'disk-full',
      message: expect.stringContaining('900.0 MB more are needed') as string,
    });
    expect(from.asked).toEqual([]);
  });
});
