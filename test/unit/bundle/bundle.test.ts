import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openBundle } from '../../../src-main/bundle/bundle.ts';
import { packedPath } from '../../../src-main/bundle/blobs.ts';
import { parseIndex, writeIndex } from '../../../src-main/bundle/bundle-index.ts';
import { components } from '../../../src-main/bundle/catalogue.ts';
import { misfit } from '../../../src-main/bundle/fits-catalogue.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { addBlob, blobFile, EXAMPLE_IMAGES, looseCatalogue } from '../write-example-bundle.ts';

type Loose = Record<string, unknown>;
const indexSchema = z.looseObject({
  manifests: z.array(z.looseObject({ annotations: z.looseObject({}) })),
  hoplab: z.looseObject({ files: z.array(z.looseObject({ name: z.string() })) }),
});
type LooseIndex = z.infer<typeof indexSchema>;

/** A good bundle whose index was then written otherwise. */
async function changed(change: (index: LooseIndex, folder: string) => void | Promise<void>): Promise<string> {
  const { folder } = await exampleBundle();
  const file = join(folder, 'index.json');
  const index = indexSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  await change(index, folder);
  writeFileSync(file, JSON.stringify(index));
  return folder;
}

const entry = ({ hoplab }: LooseIndex, name: string): Loose => {
  const found = hoplab.files.find((file) => file.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};

async function refusal(place: string, catalogue = looseCatalogue()): Promise<string> {
  return openBundle(place, '1.37.1', { catalogue }).then(() => 'taken', String);
}

/** Where the bytes of a program lie. */
function programIn(folder: string, name = 'kubelet'): string {
  const { files } = parseIndex(readFileSync(join(folder, 'index.json'), 'utf8'), folder);
  return blobFile(folder, files.find((file) => file.name === name)?.sha256 ?? '');
}

describe('a bundle is refused, in one sentence that names the file, what is there and what is wanted,', () => {
  it.each([
    ['kubelet', 'v1.37.0', 'v1.37.1'],
    ['containerd', 'v2.3.3', 'v2.3.4'],
    ['runc', 'v1.5.1', 'v1.5.2'],
    ['cni-plugins', 'v1.9.0', 'v1.9.1'],
    ['kube-flannel', 'v0.28.8', 'v0.28.9'],
    ['ngf-deploy', 'v2.6.6', 'v2.6.7'],
  ])('when %s has another version than the catalogue', async (name, found, wanted) => {
    const told = await refusal(await changed((index) => void (entry(index, name)['version'] = found)));
    for (const word of [name, found, wanted, 'choose a bundle']) expect(told).toContain(word);
    expect(told.split('\n')).toHaveLength(1);
  });

  it('when an image of a component has another tag; the user may add images', async () => {
    const named = (reference: string) =>
      changed(({ manifests }) => {
        const [first] = manifests;
        for (const key of ['io.containerd.image.name', 'org.opencontainers.image.ref.name'])
          (first?.annotations as Loose)[key] = reference;
      });
    expect(await refusal(await named('example.com:5000/own:1'))).toBe('taken');
    const told = await refusal(await named('quay.io/metallb/speaker:v0.15.0'));
    for (const word of ['speaker:v0.15.0', 'speaker:v0.16.1']) expect(told).toContain(word);
  });

  it('when a manifest is not the one whose hash the catalogue pins', async () => {
    const { folder } = await exampleBundle();
    const told = await refusal(folder, components('1.37.1'));
    const pinned = components('1.37.1').flannel.files[0]?.sha256 ?? '';
    for (const word of ['kube-flannel', pinned]) expect(told).toContain(word);
  });

  it('when it is for another Kubernetes', async () => {
    const told = await refusal(await changed(({ hoplab }) => void (hoplab['kubernetes'] = 'v1.30.0')));
    expect(told).toContain('holds Kubernetes v1.30.0, the lab file asks for v1.37.1');
  });

  it.each(['missing', 'too short'])('when a file is %s', async (how) => {
    const { folder } = await exampleBundle();
    const file = programIn(folder);
    if (how === 'missing') rmSync(file);
    else truncateSync(file, 5);
    expect(await refusal(folder)).toMatch(how === 'missing' ? /is missing or cannot be read/ : /is not the file that/);
  });

  it.each(EXAMPLE_IMAGES.slice(0, 2))('when a layer of %s is missing', async (reference) => {
    const { folder } = await exampleBundle();
    const layer = await addBlob(folder, `layer of ${reference} for amd64`);
    rmSync(blobFile(folder, layer.sha256));
    expect(await refusal(folder)).toContain(layer.sha256);
  });

  it('when an image does not exist for an architecture that the bundle is for', async () => {
    const folder = await changed(({ hoplab }) => void (hoplab['arch'] = ['amd64', 'arm64']));
    expect(await refusal(folder)).toMatch(/has no image \S+ \(linux\/arm64\): make the bundle again/);
  });

  it('when there is nothing at the place that is named', async () => {
    expect(await refusal(join(await tempFolder(), 'nowhere'))).toContain('nowhere is missing or cannot be read');
  });
});

describe('a bundle names no file but its own', () => {
  it.each([
    ['a name that is a path', 'name', '../../../etc/cron.d/evil'],
    ['a name that is an option', 'name', '-f'],
    ['a hash that is a path', 'sha256', '../../../../proc/self/environ'],
    ['a version of two lines', 'version', 'v1.37.1\nx'],
    ['a size below nothing', 'size', -1],
    ['a size that is no number of bytes', 'size', 1.5],
    ['an address that is no web page', 'url', 'file:///etc/passwd'],
    ['a kind that there is not', 'kind', 'script'],
  ])('%s is refused, with its place', async (_, key, value) => {
    const told = await refusal(await changed((index) => void (entry(index, 'kubelet')[key] = value)));
    expect(told).toMatch(
      /BundleError: The bundle .* has no usable index\.json \(hoplab\.files\[\d+\]\..*\): make the bundle again/,
    );
  });

  it.each([
    ['an image whose tag has a line break', 'registry.k8s.io/pause:3.10.2\n[plugins]'],
    ['an image with a path upwards', 'registry.k8s.io/../pause:3'],
  ])('%s is refused, with its place', async (_, reference) => {
    const told = await refusal(
      await changed(
        ({ manifests }) => void ((manifests[0]?.annotations as Loose)['io.containerd.image.name'] = reference),
      ),
    );
    expect(told).toContain('(manifests[0].annotations.io.containerd.image.name: is no reference of an image)');
  });

  it('a link out of the folder is refused, one within it is not', async () => {
    const { folder } = await exampleBundle();
    const file = programIn(folder);
    renameSync(file, `${file}.other`);
    symlinkSync(`${file}.other`, file);
    expect(await refusal(folder)).toBe('taken');
    const size = readFileSync(file).length;
    rmSync(file);
    const elsewhere = join(await tempFolder(), 'secret');
    writeFileSync(elsewhere, 'x'.repeat(size));
    symlinkSync(elsewhere, file);
    expect(await refusal(folder)).toContain("leads out of the bundle's folder");
  });

  it('a folder that is a link itself is taken', async () => {
    const { folder } = await exampleBundle();
    const link = join(await tempFolder(), 'bundle');
    symlinkSync(folder, link);
    expect(await refusal(link)).toBe('taken');
  });

  it.each(['index.json', 'kubelet'])('%s as a pipe, a folder or a device does not hang', async (name) => {
    const { folder } = await exampleBundle();
    const file = name === 'kubelet' ? programIn(folder) : join(folder, name);
    for (const make of [`mkfifo ${file}`, `mkdir ${file}`, `ln -s /dev/zero ${file}`]) {
      rmSync(file, { recursive: true });
      expect(spawnSync('sh', ['-c', make]).status).toBe(0);
      expect(await refusal(folder)).toMatch(/^BundleError: .*again/);
    }
  });

  it('an index that is no JSON, or larger than any, is refused', async () => {
    const { folder } = await exampleBundle();
    writeFileSync(join(folder, 'index.json'), '{');
    expect(await refusal(folder)).toContain('(no JSON)');
    truncateSync(join(folder, 'index.json'), 1 << 30);
    expect(await refusal(folder)).toContain('larger than');
  });

  it('an index is written as it is read', async () => {
    const { folder } = await exampleBundle({ archs: ['amd64', 'arm64'] });
    const text = readFileSync(join(folder, 'index.json'), 'utf8');
    const index = parseIndex(text, folder);
    expect(parseIndex(writeIndex(index), folder)).toEqual(index);
  });
});

/** All that a program sends, unpacked. */
async function sent(place: string, name: string): Promise<string> {
  const bundle = await openBundle(place, '1.37.1', { catalogue: looseCatalogue() });
  const pieces: Buffer[] = [];
  const file = await bundle.file(name, 'amd64');
  const error = await (async () => {
    for await (const piece of (await file.travel()).open()) pieces.push(piece as Buffer);
  })().then(() => '', String);
  return error + (file.packed && !error ? gunzipSync(Buffer.concat(pieces)) : Buffer.concat(pieces)).toString();
}

async function packed(folder: string, name: string, content: Buffer): Promise<void> {
  const sha256 = programIn(folder, name).split('/').at(-1) ?? '';
  await mkdir(join(folder, 'packed', 'sha256'), { recursive: true });
  await writeFile(join(folder, packedPath(sha256)), content);
}

describe('the bytes of a file travel', () => {
  it('when they have the hash of the index, packed or not', async () => {
    const { folder } = await exampleBundle();
    await packed(folder, 'kubeadm', gzipSync('program kubeadm amd64'));
    expect(await sent(folder, 'kubeadm')).toBe('program kubeadm amd64');
    rmSync(programIn(folder, 'kubeadm')); // the packed form alone will do
    expect(await sent(folder, 'kubeadm')).toBe('program kubeadm amd64');
    expect(await sent(folder, 'kubelet')).toBe('program kubelet amd64');
  });

  it('and not a byte of them when the file is another of the same size', async () => {
    const { folder } = await exampleBundle();
    const file = programIn(folder);
    writeFileSync(file, 'x'.repeat(readFileSync(file).length));
    expect(await sent(folder, 'kubelet')).toMatch(
      /^BundleError: .* is not the file that the bundle's index\.json [^x]*$/,
    );
  });

  it('and not a byte of a packed one that is another, or no gzip', async () => {
    for (const content of [gzipSync('another'), gzipSync('x'.repeat(1 << 20)), Buffer.from('no gzip')]) {
      const { folder } = await exampleBundle();
      await packed(folder, 'kubeadm', content);
      const bundle = await openBundle(folder, '1.37.1', { catalogue: looseCatalogue() });
      const first = (await (await bundle.file('kubeadm', 'amd64')).travel()).open()[Symbol.asyncIterator]().next();
      await expect(first).rejects.toThrow('.gz is not the file');
    }
  });

  it('of the architecture that is asked for', async () => {
    const { folder } = await exampleBundle({ archs: ['amd64', 'arm64'] });
    const bundle = await openBundle(folder, '1.37.1', { catalogue: looseCatalogue() });
    const both = await Promise.all((['amd64', 'arm64'] as const).map((arch) => bundle.file('runc', arch)));
    expect(new Set(both.map(({ sha256 }) => sha256)).size).toBe(2);
    const { bundle: one } = await exampleBundle();
    await expect(one.file('runc', 'arm64')).rejects.toThrow('has no runc (arm64)');
  });
});

/** A bundle's folder as GNU tar packs it. */
async function tarred(folder: string, ...args: string[]): Promise<string> {
  const file = join(await tempFolder(), 'bundle.tar');
  const names = ['oci-layout', 'index.json', 'blobs'];
  expect(spawnSync('tar', ['-C', folder, ...args, '-cf', file, ...names]).status).toBe(0);
  return file;
}

describe('a bundle in one plain tar', () => {
  it.each(['ustar', 'gnu', 'pax'])('is the same as the folder (%s)', async (format) => {
    const file = await tarred((await exampleBundle()).folder, `--format=${format}`);
    expect(await refusal(file)).toBe('taken');
    expect(await sent(file, 'kubelet')).toBe('program kubelet amd64');
  });

  it('that was packed once more, or ends too soon, is refused in words', async () => {
    const file = await tarred((await exampleBundle()).folder);
    const gz = `${file}.gz`;
    writeFileSync(gz, gzipSync(readFileSync(file)));
    expect(await refusal(gz)).toContain('is not a plain tar file');
    truncateSync(file, 6000);
    expect(await refusal(file)).toMatch(/ends in the middle of|no usable index\.json|is missing/);
  });

  it('of which a byte is another sends nothing of that file', async () => {
    const { folder } = await exampleBundle();
    const file = await tarred(folder);
    const bytes = readFileSync(file);
    bytes.write('X', bytes.indexOf('program kubelet'));
    writeFileSync(file, bytes);
    expect(await sent(file, 'kubelet')).toMatch(/^BundleError: .*bundle\.tar: blobs\/sha256\/\w+ is not the file/);
  });
});

describe('an archive of images', () => {
  it('is an OCI image layout with the registries’ digests, each blob once, and as long as it says', async () => {
    const { bundle } = await exampleBundle({ archs: ['amd64', 'arm64'] });
    const archive = await bundle.images(EXAMPLE_IMAGES.slice(0, 3), 'arm64');
    const file = join(await tempFolder(), 'images.tar');
    const pieces: Buffer[] = [];
    for await (const piece of archive.open()) pieces.push(piece as Buffer);
    writeFileSync(file, Buffer.concat(pieces));
    expect(Buffer.concat(pieces)).toHaveLength(archive.size);
    const { stdout } = spawnSync('tar', ['-tf', file], { encoding: 'utf8' });
    const names = stdout.trim().split('\n');
    expect(names.slice(0, 2)).toEqual(['oci-layout', 'index.json']);
    expect(names).toHaveLength(2 + 3 * 4); // index, manifest, configuration, layer
    expect(new Set(names).size).toBe(names.length);
    expect(Buffer.concat(pieces).toString()).toContain(`layer of ${EXAMPLE_IMAGES[0]} for arm64`);
    expect(Buffer.concat(pieces).toString()).not.toContain('for amd64');
  });

  it('ends in an error when a layer is not what its digest says', async () => {
    const { folder, bundle } = await exampleBundle();
    const [reference = ''] = EXAMPLE_IMAGES;
    const { sha256 } = await addBlob(folder, `layer of ${reference} for amd64`);
    writeFileSync(blobFile(folder, sha256), `Layer of ${reference} for amd64`);
    const archive = await bundle.images([reference], 'amd64');
    await expect(archive.open().resume().toArray()).rejects.toThrow('is not the file');
  });
});

const labs = join(homedir(), '.cache', 'hoplab-lab', 'bundle', 'index.json');

/** One that an older checkout made is made anew by the next `lab setup`. */
const isOurs = existsSync(labs) && readFileSync(labs, 'utf8').includes('"hoplab": {');

it.skipIf(!isOurs)('the bundle of the lab goes with the catalogue', () => {
  const index = parseIndex(readFileSync(labs, 'utf8'), labs);
  expect(index.files.length).toBeGreaterThan(10);
  expect(index.files.every((file) => file.vouched !== 'publisher')).toBe(true);
  expect(misfit(index, components('1.37.1'))).toBeUndefined();
});
