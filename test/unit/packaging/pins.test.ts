import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishers } from '../../../packaging/catalogue/network.ts';
import { check, catalogueText, checkVmImages, pin } from '../../../packaging/catalogue/tell.ts';
import { components, parseCatalogue, readCatalogue, type Catalogue } from '../../../src-main/bundle/catalogue.ts';
import { allVmImages, readVmImages, sumsBeside } from '../../../src-main/bundle/vm-image-catalogue.ts';
import { publishedFiles } from '../../../src-main/bundle/published-files.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { root } from '../../set-up/built.ts';
import { manifestPath, pathOf, Publishers } from './publishers.ts';

/** The catalogue without a pin. */
function bare(): Catalogue {
  const pins = ['sha256', 'size', 'digest', 'manifests'];
  const kept = (key: string, value: unknown) => (pins.includes(key) ? undefined : value);
  return parseCatalogue(JSON.parse(JSON.stringify(readCatalogue(), kept)));
}

/** The hashes that are written down of a program: one an architecture. */
function sumsOf(component: 'kubernetes' | 'runc', at: number): Record<string, string | undefined> {
  const { sha256 } = components('1.37.1', written())[component].files[at] ?? {};
  return typeof sha256 === 'object' ? sha256 : {};
}

let server: Publishers;
let base: string;
let file: string;
let said: string[];

beforeEach(async () => {
  server = new Publishers(readCatalogue());
  base = await server.listen();
  file = join(await tempFolder(), 'catalogue.json');
  writeFileSync(file, await catalogueText(bare(), file));
});
afterEach(() => server.close());

async function run(work: typeof check, whole = false): Promise<number> {
  said = [];
  server.asked.length = 0;
  return work({ file, network: await publishers(base), say: (line) => said.push(line), whole });
}

const written = (): Catalogue => parseCatalogue(JSON.parse(readFileSync(file, 'utf8')));
const KUBEADM = 'https://dl.k8s.io/release/v1.37.1/bin/linux/arm64/kubeadm';

describe('npm run catalogue:pin', () => {
  it('fills in every sum, size and digest, says which, and changes nothing the second time', async () => {
    expect(await run(pin)).toBe(0);
    expect(said).toContain(`pinned  sha256  ${KUBEADM}`);
    const all = components('1.37.1', written());
    const files = publishedFiles(all);
    expect(files.filter(({ sha256, size }) => sha256 === undefined || size === undefined)).toEqual([]);
    expect(Object.keys(sumsOf('runc', 0))).toEqual(['amd64', 'arm64']);
    expect(all.flannel.files[0]?.sha256).toEqual(expect.any(String));
    const image = all.etcd.images[0];
    expect(image?.size).toEqual({ amd64: 1120, arm64: 1121 });
    expect(image?.manifests?.amd64).not.toBe(image?.manifests?.arm64);
    const text = readFileSync(file, 'utf8');
    expect(await run(pin)).toBe(0);
    expect(said).toEqual([`${file} is as it was.`]);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await run(check)).toBe(0);
  });

  it('pins no bytes that the publisher’s own sum does not fit', async () => {
    server.paths.set(pathOf(KUBEADM), 'other bytes');
    expect(await run(pin)).toBe(1);
    expect(said.join('\n')).toMatch(/DIFFERS.*arm64\/kubeadm\n +.*but .*kubeadm\.sha256 says [0-9a-f]{64}/);
    expect(Object.keys(sumsOf('kubernetes', 0))).toEqual(['amd64']);
  });

  it('leaves a pin that differs as it is', async () => {
    const wrong = bare();
    const [kubelet] = wrong.components.kubernetes.versions['1.37.1']?.files.slice(1) ?? [];
    Object.assign(kubelet ?? {}, { sha256: { amd64: 'a'.repeat(64) } });
    writeFileSync(file, JSON.stringify(wrong));
    expect(await run(pin)).toBe(1);
    const { amd64, arm64 } = sumsOf('kubernetes', 1);
    expect(amd64).toBe('a'.repeat(64));
    expect(arm64).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('npm run catalogue:check', () => {
  beforeEach(() => run(pin));

  it('reads what has a sum beside it by that sum, all of it when it is told to', async () => {
    expect(await run(check)).toBe(0);
    expect(said).toEqual(['Every pin is what its publisher serves.']);
    expect(server.asked).toContain(`HEAD ${pathOf(KUBEADM)}`);
    expect(server.asked).not.toContain(`GET ${pathOf(KUBEADM)}`);
    expect(await run(check, true)).toBe(0);
    expect(server.asked).toContain(`GET ${pathOf(KUBEADM)}`);
  });

  it('names each pin that differs, with both values', async () => {
    const flannel = components('1.37.1').flannel.files[0]?.url ?? '';
    server.paths.set(pathOf(flannel), 'another manifest');
    const before = readFileSync(file, 'utf8');
    expect(await run(check)).toBe(1);
    expect(said[0]).toBe(`DIFFERS  sha256  ${flannel}`);
    expect(said[1]).toMatch(/^ {4}[0-9a-f]{64} in the catalogue$/);
    expect(said[2]).toMatch(/^ {4}[0-9a-f]{64} served$/);
    expect(said).toContain(`DIFFERS  size  ${flannel}`);
    expect(said.at(-1)).toBe('2 differ.');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('sees a tag that was moved, and an address that is gone', async () => {
    const etcd = 'registry.k8s.io/etcd';
    const other = server.paths.get(manifestPath('registry.k8s.io/pause', '3.10.2')) ?? '';
    const index = JSON.parse(other) as { manifests: { digest: string }[] };
    server.paths.set(manifestPath(etcd, '3.7.0-0'), other);
    for (const { digest } of index.manifests)
      server.paths.set(
        manifestPath(etcd, digest),
        server.paths.get(manifestPath('registry.k8s.io/pause', digest)) ?? '',
      );
    server.paths.delete(pathOf(`${KUBEADM}.sha256`));
    expect(await run(check)).toBe(1);
    expect(said).toContain(`DIFFERS  digest  ${etcd}:3.7.0-0`);
    expect(said.join('\n')).toMatch(/DIFFERS {2}https.*arm64\/kubeadm\n {4}.*404/);
  });
});

describe('npm run catalogue:check, of the images that VMs boot', () => {
  const compared = async (): Promise<number> => {
    said = [];
    const images = join(root, 'resources', 'vm-images.json');
    return checkVmImages({ file: images, network: await publishers(base), say: (line) => said.push(line) });
  };
  const [debian] = allVmImages(readVmImages());
  const sums = debian ? sumsBeside(debian.url, debian.sum) : '';

  beforeEach(() => {
    for (const { url, sum } of allVmImages(readVmImages())) {
      const path = pathOf(sumsBeside(url, sum));
      const line = `${sum.hex}  ${url.slice(url.lastIndexOf('/') + 1)}\n`;
      server.paths.set(path, `${server.paths.get(path) ?? ''}${line}`);
      server.paths.set(pathOf(url), 'an image');
    }
  });

  it('reads the sums beside them, and no image', async () => {
    expect(await compared()).toBe(0);
    expect(said).toEqual(['Every image is what its publisher serves.']);
    expect(server.asked).toContain(`HEAD ${pathOf(debian?.url ?? '')}`);
    expect(server.asked).not.toContain(`GET ${pathOf(debian?.url ?? '')}`);
  });

  it('names one that differs, with both values, and one whose folder was removed', async () => {
    const other = 'b'.repeat(128);
    server.paths.set(pathOf(sums), server.paths.get(pathOf(sums))?.replace(debian?.sum.hex ?? '', other) ?? '');
    server.paths.delete(pathOf('https://cloud-images.ubuntu.com/releases/noble/release-20260705/SHA256SUMS'));
    expect(await compared()).toBe(1);
    expect(said.slice(0, 3)).toEqual([
      `DIFFERS  sha512  ${debian?.url ?? ''}`,
      `    ${debian?.sum.hex ?? ''} in the catalogue`,
      `    ${other} served`,
    ]);
    expect(said.join('\n')).toMatch(/DIFFERS {2}https.*ubuntu-24\.04.*\n {4}.*404/);
    expect(said.at(-1)).toBe('3 differ.');
  });
});

it('the catalogue is written as `npm run catalogue:pin` writes it', async () => {
  const shipped = join(root, 'resources', 'catalogue.json');
  expect(await catalogueText(readCatalogue(), shipped)).toBe(readFileSync(shipped, 'utf8'));
});
