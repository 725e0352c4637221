import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Arch } from '../../src-main/bundle/bundle-index.ts';
import type { Components } from '../../src-main/bundle/catalogue.ts';
import { namedBlobs } from '../../src-main/downloads/kept-indexes.ts';
import { resolveIndex } from '../../src-main/downloads/resolve-index.ts';
import { catalogueOf, publisher, pushImage, sum, type Publisher } from './publisher.ts';

const never = new AbortController().signal;
const [amd, arm, yaml] = [randomBytes(4000), randomBytes(5000), randomBytes(600)];
const address = 'https://dl.k8s.io/release/v1.37.1/bin/linux/{arch}/kubeadm';
const kubeadm = { name: 'kubeadm', kind: 'binary' as const, url: address, sums: '{url}.sha256' };
const manifest = {
  name: 'kube-flannel',
  kind: 'manifest' as const,
  url: 'https://raw.example.com/kube-flannel.yml',
  sha256: sum(yaml),
};
const pause = 'registry.k8s.io/pause:3.10.2';
const PATH = '/dl.k8s.io/release/v1.37.1/bin/linux';

async function published(): Promise<Publisher & { digest: string; manifests: Record<string, string> }> {
  const made = await publisher();
  const { content } = made;
  content.set(`${PATH}/amd64/kubeadm`, { body: amd });
  content.set(`${PATH}/arm64/kubeadm`, { body: arm });
  content.set(`${PATH}/amd64/kubeadm.sha256`, { body: Buffer.from(sum(amd)), type: 'text/plain' });
  content.set(`${PATH}/arm64/kubeadm.sha256`, { body: Buffer.from(`${sum(arm)}  kubeadm\n`), type: 'text/plain' });
  content.set('/raw.example.com/kube-flannel.yml', { body: yaml });
  return Object.assign(made, pushImage(made, pause, ['amd64', 'arm64']));
}

const wanted = (arch: readonly Arch[], component: Partial<Components['kubernetes']> = {}) => ({
  kubernetes: '1.37.1',
  arch,
  hoplab: '0.1.0',
  catalogue: catalogueOf({ files: [kubeadm, manifest], images: [{ reference: pause }], ...component }),
});

describe('what an installation consists of', () => {
  it('is found out: pinned, or as its publisher vouches for it, with every size', async () => {
    const { digest, ...from } = await published();
    const sources = await from.sources();
    const index = await resolveIndex(wanted(['arm64', 'amd64']), sources, never);
    const seen = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const files = { component: 'kubernetes', version: 'v1.37.1' };
    const program = { ...files, name: 'kubeadm', kind: 'binary', vouched: 'publisher', seen };
    expect(index).toMatchObject({ schema: 2, kubernetes: 'v1.37.1', arch: ['amd64', 'arm64'], hoplab: '0.1.0' });
    expect(index.files).toEqual([
      { ...program, arch: 'amd64', sha256: sum(amd), size: 4000, url: address.replace('{arch}', 'amd64') },
      { ...program, arch: 'arm64', sha256: sum(arm), size: 5000, url: address.replace('{arch}', 'arm64') },
      {
        ...files,
        name: 'kube-flannel',
        kind: 'manifest',
        sha256: sum(yaml),
        size: 600,
        url: manifest.url,
        vouched: 'hoplab',
      },
    ]);
    const [image] = index.images;
    expect(index.images).toHaveLength(1);
    expect(image).toMatchObject({ reference: pause, digest, vouched: 'publisher', seen });
    expect(from.asked.filter((path) => /kubeadm$|yml$/.test(path))).toEqual([]); // nothing but sums and manifests
  });

  it('is known the second time without network, until the catalogue is another', async () => {
    const from = await published();
    const sources = await from.sources();
    const first = await resolveIndex(wanted(['amd64']), sources, never);
    const before = from.asked.length;
    expect(await resolveIndex(wanted(['amd64']), sources, never)).toEqual(first);
    expect(from.asked).toHaveLength(before);
    const [file] = readdirSync(join(sources.cache.folder, 'indexes'));
    expect(file).toMatch(/^v1\.37\.1-amd64-[0-9a-f]{16}-[0-9a-f]{16}\.json$/);
    const other = await resolveIndex(wanted(['amd64'], { files: [manifest] }), sources, never);
    expect(other.files).toHaveLength(1);
    expect(readdirSync(join(sources.cache.folder, 'indexes'))).toHaveLength(1);
    await resolveIndex(wanted(['arm64'], { files: [manifest] }), sources, never);
    expect(readdirSync(join(sources.cache.folder, 'indexes'))).toHaveLength(2);
  });

  it('stays known beside that of a lab with other images', async () => {
    const from = await published();
    const sources = await from.sources();
    await resolveIndex(wanted(['amd64']), sources, never);
    await resolveIndex(wanted(['amd64'], { images: [] }), sources, never);
    const before = from.asked.length;
    await resolveIndex(wanted(['amd64']), sources, never);
    expect(from.asked).toHaveLength(before);
  });

  it('is found out anew where what was kept is damaged', async () => {
    const from = await published();
    const sources = await from.sources();
    const first = await resolveIndex(wanted(['amd64']), sources, never);
    const folder = join(sources.cache.folder, 'indexes');
    const file = join(folder, readdirSync(folder)[0] ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    expect((await resolveIndex(wanted(['amd64']), sources, never)).files).toMatchObject(
      first.files.map(({ sha256 }) => ({ sha256 })),
    );
  });

  it('says which images Hoplab pins: by the index, or by the manifests of all architectures that are needed', async () => {
    const { digest, manifests, ...from } = await published();
    const vouched = async (arch: readonly Arch[], image: object): Promise<string | undefined> => {
      const sources = await from.sources();
      const index = await resolveIndex(wanted(arch, { images: [{ reference: pause, ...image }] }), sources, never);
      return index.images[0]?.vouched;
    };
    const { amd64 } = manifests;
    expect(await vouched(['amd64'], { digest })).toBe('hoplab');
    expect(await vouched(['amd64'], { manifests: { amd64 } })).toBe('hoplab');
    expect(await vouched(['amd64', 'arm64'], { manifests: { amd64 } })).toBe('publisher');
    const wrong = { amd64: `sha256:${'0'.repeat(64)}` };
    await expect(vouched(['amd64', 'arm64'], { manifests: wrong })).rejects.toThrow(`another ${pause} for amd64`);
    await expect(vouched(['arm64'], { manifests: { arm64: amd64 } })).rejects.toThrow(
      `registry.k8s.io has another ${pause} for arm64`,
    );
  });

  it('ends where an image lacks an architecture, and keeps no index', async () => {
    const from = await published();
    pushImage(from, pause, ['amd64']);
    const sources = await from.sources();
    await expect(resolveIndex(wanted(['amd64', 'arm64']), sources, never)).rejects.toThrow(
      `${pause} does not exist for linux/arm64`,
    );
    expect(readdirSync(sources.cache.folder)).not.toContain('indexes');
  });

  it.each([
    ['is missing', undefined, '404'],
    ['is empty', '', 'it is empty'],
    ['is of another file', `${'a'.repeat(64)}  kubelet`, 'it names kubelet, and not kubeadm'],
  ])("ends where a publisher's sum %s", async (_what, body, word) => {
    const from = await published();
    const path = `${PATH}/amd64/kubeadm.sha256`;
    if (body === undefined) from.content.delete(path);
    else from.content.set(path, { body: Buffer.from(body) });
    const told: unknown = await resolveIndex(wanted(['amd64']), await from.sources(), never).then(
      () => undefined,
      String,
    );
    expect(told).toContain(word);
    expect(told).toContain('kubeadm.sha256');
  });

  it('names its blobs, so that no other is kept', async () => {
    const from = await published();
    const { cache, ...sources } = await from.sources();
    await resolveIndex(wanted(['amd64']), { cache, ...sources }, never);
    await cache.keep(Buffer.from('of an earlier lab'));
    const names = await namedBlobs(cache);
    expect(names.get(sum(amd))).toBe('kubeadm v1.37.1');
    expect([...names.values()].filter((name) => name === pause)).toHaveLength(4); // index, manifest, configuration, layer
    expect(await cache.prune(new Set(names.keys()))).toMatchObject({ files: 1 });
    rmSync(join(cache.folder, 'indexes'), { recursive: true });
    expect(await cache.prune(new Set((await namedBlobs(cache)).keys()))).toMatchObject({ files: 3 });
  });
});
