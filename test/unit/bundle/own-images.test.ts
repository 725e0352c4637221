import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { openBundle } from '../../../src-main/bundle/bundle.ts';
import type { Arch, BundleIndex } from '../../../src-main/bundle/bundle-index.ts';
import { ownImages } from '../../../src-main/bundle/own-images.ts';
import { readCatalogue } from '../../../src-main/bundle/catalogue.ts';
import { verifyBundle } from '../../../src-main/bundle/verify-bundle.ts';
import { createBundle } from '../../../src-main/engine/create-bundle.ts';
import { labAccess } from '../../../src-main/engine/lab-access.ts';
import { parseLab } from '../../../src-main/lab/parse-lab.ts';
import { readImageArchive } from '../../../src-main/bundle/read-image-archive.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { labText } from '../../lab-file/example.ts';
import { keepExampleIndex } from '../keep-example-index.ts';
import { exampleBundle } from '../example-bundle.ts';
import { EXAMPLE_IMAGES, looseCatalogue } from '../write-example-bundle.ts';
import { ociLayout, savedByDocker, savedByNewDocker, sha256, written } from './image-archives.ts';

const APP = 'example.com/app:1.0';

/** The files that travel to a node, with the image of an archive and one of the bundle, as GNU tar unpacks them. */
async function sent(archive: string, arch: Arch = 'amd64'): Promise<(name: string) => Buffer> {
  const { folder } = await exampleBundle();
  const own = ownImages([await readImageArchive(archive)], new Set([APP]));
  const bundle = await openBundle(folder, '1.37.1', { catalogue: looseCatalogue(), own });
  const cargo = await bundle.images([APP, ...EXAMPLE_IMAGES.slice(0, 1)], arch);
  const pieces: Buffer[] = [];
  for await (const piece of cargo.open()) pieces.push(piece as Buffer);
  expect(Buffer.concat(pieces)).toHaveLength(cargo.size);
  const to = await tempFolder();
  expect(spawnSync('tar', ['-x', '-C', to], { input: Buffer.concat(pieces) }).status).toBe(0);
  return (name) => readFileSync(join(to, name));
}

interface Descriptor {
  digest: string;
  size: number;
  annotations: Record<string, string>;
}

/** Follows an image of an OCI layout from its name to its layers; each blob has the hash and the size that it is named by. */
function layersOf(file: (name: string) => Buffer): string[] {
  const blob = (named: Descriptor | undefined): Buffer => {
    const { digest, size } = named ?? expect.fail('it is not named');
    const bytes = file(`blobs/${digest.replace(':', '/')}`);
    expect([`sha256:${sha256(bytes)}`, bytes.length]).toEqual([digest, size]);
    return bytes;
  };
  const parsed = (bytes: Buffer) =>
    JSON.parse(String(bytes)) as { manifests?: Descriptor[]; config: Descriptor; layers: Descriptor[] };
  const { manifests = [] } = parsed(file('index.json'));
  const named = manifests.find(({ annotations }) => annotations['io.containerd.image.name'] === APP);
  let document = parsed(blob(named));
  if (document.manifests) document = parsed(blob(document.manifests[0]));
  const { rootfs } = JSON.parse(String(blob(document.config))) as { rootfs: { diff_ids: string[] } };
  expect(rootfs.diff_ids).toHaveLength(document.layers.length);
  return document.layers.map((layer) => sha256(blob(layer)));
}

const refusal = (place: string): Promise<string> => readImageArchive(place).then(() => 'taken', String);

describe('an image that was saved with other tools travels to a node with those of the source', () => {
  it.each([
    ['docker save, before 25', savedByDocker(), false],
    ['docker save, before 25, with packed layers', savedByDocker({ packed: true }), true],
    ['docker save, since 25', savedByNewDocker(), false],
    ['an OCI image layout', ociLayout(), true],
  ])('%s', async (_, files, packed) => {
    const { tar } = await written(files);
    const layers = ['one', 'two'].map((name) => Buffer.from(`layer ${name} for amd64`));
    expect(layersOf(await sent(tar))).toEqual(layers.map((layer) => sha256(packed ? gzipSync(layer) : layer)));
  });

  it('of a folder, and for one of several architectures', async () => {
    const { folder } = await written(ociLayout({ archs: ['amd64', 'arm64'] }));
    expect((await readImageArchive(folder)).images).toMatchObject([
      { reference: APP, archs: ['amd64', 'arm64'], vouched: 'maker', archive: folder },
    ]);
    await sent(folder, 'amd64');
  });

  it('of the platforms that an index names, those whose blobs are there', async () => {
    const files = ociLayout({ archs: ['amd64', 'arm64'] });
    files.delete(`blobs/sha256/${sha256(gzipSync('layer one for arm64'))}`);
    expect((await readImageArchive((await written(files)).tar)).images).toMatchObject([{ archs: ['amd64'] }]);
  });

  it('a layer that is there once for two, the second a link as Docker writes it', async () => {
    const files = savedByDocker({ layers: ['same', 'same'] });
    files.set(`${sha256('1 amd64')}/layer.tar`, `../${sha256('0 amd64')}/layer.tar`);
    const { tar } = await written(files);
    const layer = sha256('layer same for amd64');
    expect(layersOf(await sent(tar))).toEqual([layer, layer]);
  });

  it('a name of Docker Hub is written out, as containerd has it', async () => {
    const { images } = await readImageArchive((await written(savedByDocker({ name: 'app:1.0' }))).tar);
    expect(images).toMatchObject([{ reference: 'docker.io/library/app:1.0' }]);
  });
});

it('an image that is in no registry is installed online from its archive, without any network for it', async () => {
  const home = await tempFolder();
  await keepExampleIndex(home);
  const { tar } = await written(savedByDocker());
  const lines = { 8: `source: online\nmirrors: http://127.0.0.1:1\nimages: [${tar}]\napp: { image: '${APP}' }` };
  const parsed = parseLab(labText(lines), { file: '/labs/lab.yaml', catalogue: readCatalogue(), home: '/home/taro' });
  const lab = 'lab' in parsed ? parsed.lab : expect.fail(JSON.stringify(parsed.problems));
  const open = () => Promise.reject(new Error('no machine is needed'));
  const { bundle } = await labAccess(lab, home, open);
  const { signal } = new AbortController();
  const online = typeof bundle === 'function' ? bundle(['amd64'], signal) : expect.fail('not online');
  expect(online.references).toContain(APP);
  const cargo = await online.images([APP], 'amd64');
  const bytes = Buffer.concat((await cargo.open().toArray()) as Buffer[]);
  expect(String(bytes)).toContain('layer two for amd64');
  expect((await online.items(signal)).map(({ what }) => what)).not.toContain(APP);
  await online.close();
});

describe('a bundle that is made for a lab', () => {
  /** A lab file with an app of an archive, and what `bundle create` makes of it. The cache is as after a first `up`. */
  async function create(arch: readonly Arch[]): Promise<{ file: string; index: BundleIndex }> {
    const home = await tempFolder();
    vi.stubEnv('HOPLAB_HOME', home);
    const { tar } = await written(savedByDocker());
    const images = `source: online\nmirrors: http://127.0.0.1:1\nimages: [${tar}]\napp: { image: '${APP}' }`;
    const lines = { 6: 'ssh: { user: lab, password: true }', 8: images };
    const labFile = join(home, 'lab.yaml');
    writeFileSync(labFile, labText(lines));
    await keepExampleIndex(home, { whole: true });
    const none = { signal: new AbortController().signal, onDownload: () => undefined, onWrite: () => undefined };
    const out = join(home, 'bundle.tar');
    const { file, index } = await createBundle({ arch, labFile, out }, none);
    return { file, index };
  }

  it('has the images of its archives, whole', async () => {
    const { file, index } = await create(['amd64']);
    expect(index.images).toMatchObject([{ reference: APP, vouched: 'maker' }]);
    expect((await verifyBundle(file, () => undefined)).problems).toEqual([]);
    const to = await tempFolder();
    expect(spawnSync('tar', ['-x', '-C', to, '-f', file]).status).toBe(0);
    const layers = ['one', 'two'].map((name) => sha256(`layer ${name} for amd64`));
    expect(layersOf((name) => readFileSync(join(to, name)))).toEqual(layers);
  });

  it('is not made for an architecture that an archive lacks', async () => {
    await expect(create(['amd64', 'arm64'])).rejects.toThrow(`has ${APP} for amd64 only, and arm64 is needed`);
  });
});

describe('an archive is refused in one sentence, with its place and what to do,', () => {
  it.each([
    [
      'that is packed',
      (bytes: Buffer) => gzipSync(bytes),
      /neither an OCI image layout nor .* \(not a plain tar file\)/,
    ],
    ['that is no tar', () => Buffer.from('hello'.repeat(300)), /\(not a plain tar file\)/],
    ['that is empty', () => Buffer.alloc(0), /\(no manifest\.json\)/],
    [
      'that ends too soon',
      (bytes: Buffer) => bytes.subarray(0, bytes.indexOf('layer one') + 5),
      /layer\.tar is missing, or is not what the image says/,
    ],
  ])('%s', async (_, change, told) => {
    const { tar } = await written(savedByDocker());
    writeFileSync(tar, change(readFileSync(tar)));
    const text = await refusal(tar);
    expect(text).toMatch(told);
    expect(text).toContain(tar);
    expect(text.split('\n')).toHaveLength(1);
  });

  it('that is not there, or a folder of something else', async () => {
    const folder = await tempFolder();
    expect(await refusal(join(folder, 'none'))).toMatch(/none is neither .*\(ENOENT\)/);
    expect(await refusal(folder)).toContain('(no index.json that can be read)');
  });

  it('whose images have no whole name: what is there is named', async () => {
    for (const name of ['latest', null])
      expect(await refusal((await written(ociLayout({ name }))).tar)).toContain(`(found: ${name ?? '-'})`);
    expect(await refusal((await written(savedByDocker({ name: null }))).tar)).toContain('no image with a whole name');
  });

  it('that names a file outside of it, or one that is not there', async () => {
    const files = savedByDocker();
    const listed = JSON.parse(String(files.get('manifest.json'))) as { Config: string; Layers: string[] }[];
    for (const name of ['../../../etc/passwd', '/etc/passwd', 'gone/layer.tar']) {
      const other = listed.map((image) => ({ ...image, Layers: [name, ...image.Layers.slice(1)] }));
      const { tar } = await written(new Map(files).set('manifest.json', Buffer.from(JSON.stringify(other))));
      expect(await refusal(tar)).toContain(`: ${name} is missing, or is not what the image says`);
    }
    const config = listed.map((image) => ({ ...image, Config: '../../../etc/passwd' }));
    const { tar } = await written(new Map(files).set('manifest.json', Buffer.from(JSON.stringify(config))));
    expect(await refusal(tar)).toContain('(no ../../../etc/passwd)');
  });

  it('whose configuration or packed layer is another', async () => {
    const files = savedByDocker();
    const [name = ''] = [...files.keys()].filter((one) => one.endsWith('.json') && one !== 'manifest.json');
    const other = Buffer.from(String(files.get(name)).replace('linux', 'LINUX'));
    expect(await refusal((await written(new Map(files).set(name, other))).tar)).toContain(
      `${name} is missing, or is not`,
    );
    const packed = savedByDocker({ packed: true }).set(`${sha256('0 amd64')}/layer.tar`, gzipSync('another'));
    expect(await refusal((await written(packed)).tar)).toMatch(/layer\.tar is missing, or is not what the image says/);
  });

  it('whose layer is another, when it is read; nothing of that layer is sent', async () => {
    const layer = Buffer.from('Layer one for amd64');
    const { tar } = await written(savedByDocker().set(`${sha256('0 amd64')}/layer.tar`, layer));
    const told = 'is missing, or is not what the image says';
    await expect(sent(tar)).rejects.toThrow(`${tar}: ${sha256('0 amd64')}/layer.tar ${told}`);
    const blob = `blobs/sha256/${sha256(gzipSync('layer one for amd64'))}`;
    const whole = ociLayout();
    const oci = await written(whole.set(blob, Buffer.alloc(Buffer.from(whole.get(blob) ?? '').length)));
    await expect(sent(oci.tar)).rejects.toThrow(`${oci.tar}: ${blob} ${told}`);
    const shorter = ociLayout().set(blob, Buffer.from('short'));
    expect(await refusal((await written(shorter)).tar)).toMatch(/sha256:\w+ is missing, or is not what the image says/);
  });

  it('for an architecture that no node can have, or not that of a node', async () => {
    const { tar } = await written(ociLayout({ archs: ['riscv64'] }));
    expect(await refusal(tar)).toContain(`has ${APP} neither for linux/amd64 nor for linux/arm64`);
    const arm = await written(savedByDocker({ archs: ['arm64'] }));
    await expect(sent(arm.tar)).rejects.toThrow(`has ${APP} for arm64 only, and amd64 is needed`);
  });

  it('of which the lab runs nothing: what is there is named', async () => {
    const archive = await readImageArchive((await written(savedByDocker())).tar);
    expect(() => ownImages([archive], new Set(['example.com/other:1']))).toThrow(
      `has ${APP}, and the lab runs none of it: write one as app.image`,
    );
  });
});
