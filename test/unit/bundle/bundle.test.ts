import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BundleError } from '../../../src-main/bundle/bundle-error.ts';
import { openBundle } from '../../../src-main/bundle/bundle.ts';
import { components } from '../../../src-main/bundle/catalogue.ts';
import { misfit, type Described } from '../../../src-main/bundle/fits-catalogue.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { looseCatalogue } from '../write-example-bundle.ts';

type Entry = Record<string, unknown> & { path: string };
const indexSchema = z.looseObject({ files: z.array(z.looseObject({ path: z.string() })) });

/** A good bundle whose index was then written otherwise. */
async function changed(change: (files: Entry[], folder: string) => void): Promise<string> {
  const { folder } = await exampleBundle();
  const file = join(folder, 'index.json');
  const index = indexSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  change(index.files, folder);
  writeFileSync(file, JSON.stringify(index));
  return folder;
}

const entry = (files: readonly Entry[], path: string): Entry => {
  const found = files.find((file) => file.path === path);
  if (!found) throw new Error(`no ${path}`);
  return found;
};

async function refusal(folder: string, catalogue = looseCatalogue()): Promise<string> {
  const error: unknown = await openBundle(folder, '1.37.1', catalogue).then(() => undefined, String);
  return String(error);
}

describe('a bundle is refused, in one sentence that names the file, what is there and what is wanted,', () => {
  it.each([
    ['bin/kubelet', 'v1.37.0', 'v1.37.1'],
    ['bin/containerd-shim-runc-v2', 'v2.3.3', 'v2.3.4'],
    ['bin/runc', 'v1.5.1', 'v1.5.2'],
    ['cni/bridge', 'v1.9.0', 'v1.9.1'],
    ['manifests/kube-flannel.yaml', 'v0.28.8', 'v0.28.9'],
    ['manifests/ngf-deploy.yaml', 'v2.6.6', 'v2.6.7'],
  ])('when %s has another version than the catalogue', async (path, found, wanted) => {
    const told = await refusal(await changed((files) => (entry(files, path)['version'] = found)));
    for (const word of [path, found, wanted, 'choose a bundle']) expect(told).toContain(word);
    expect(told.split('\n')).toHaveLength(1);
  });

  it('when an image of a component has another tag; the user may add images', async () => {
    const own = await changed(
      (files) => (entry(files, 'images/worker.tar.zst')['images'] = ['example.com:5000/own:1']),
    );
    expect(await refusal(own)).toBe('undefined');
    const other = await changed(
      (files) => (entry(files, 'images/worker.tar.zst')['images'] = ['quay.io/metallb/speaker:v0.15.0']),
    );
    const told = await refusal(other);
    for (const word of ['images/worker.tar.zst', 'speaker:v0.15.0', 'speaker:v0.16.1']) expect(told).toContain(word);
  });

  it('when a manifest is not the one whose hash the catalogue pins', async () => {
    const { folder } = await exampleBundle();
    const told = await refusal(folder, components('1.37.1'));
    const pinned = components('1.37.1').flannel.files[0]?.sha256 ?? '';
    for (const word of ['manifests/kube-flannel.yaml', pinned]) expect(told).toContain(word);
  });

  it.each(['missing', 'too short'])('when a packed file is %s', async (how) => {
    const folder = await changed((files, at) => {
      writeFileSync(join(at, 'bin', 'kubeadm.gz'), 'packed');
      entry(files, 'bin/kubeadm')['packed'] = { path: 'bin/kubeadm.gz', size: 6 };
    });
    expect(await refusal(folder)).toBe('undefined');
    if (how === 'missing') rmSync(join(folder, 'bin', 'kubeadm.gz'));
    else truncateSync(join(folder, 'bin', 'kubeadm.gz'), 5);
    await expect(openBundle(folder, '1.37.1', looseCatalogue())).rejects.toBeInstanceOf(BundleError);
    expect(await refusal(folder)).toContain('bin/kubeadm.gz');
  });
});

describe('a bundle names no file but its own', () => {
  it.each([
    ['a path that leaves the folder', 'path', '../../../../proc/self/environ'],
    ['an absolute path', 'path', '/etc/passwd'],
    ['a path through the folder above', 'path', 'bin/../../x'],
    ['a name that is a path', 'name', '../../../etc/cron.d/evil'],
    ['a name that is an option', 'name', '-f'],
    ['a version of two lines', 'version', 'v1.37.1\nx'],
    ['a size below nothing', 'size', -1],
    ['a size that is no number of bytes', 'size', 1.5],
    ['an image whose tag has a line break', 'images', ['registry.k8s.io/pause:3.10.2\n[plugins]']],
    ['an image with a path upwards', 'images', ['registry.k8s.io/../pause:3']],
    ['a packed file elsewhere', 'packed', { path: '../x.gz', size: 1 }],
  ])('%s is refused, with its place', async (_, key, value) => {
    const told = await refusal(await changed((files) => (entry(files, 'bin/kubelet')[key] = value)));
    expect(told).toMatch(
      /BundleError: The bundle .* has no usable index\.json \(files\[1\]\..*\): make the bundle again\.$/,
    );
  });

  it('a link out of the folder is refused, one within it is not', async () => {
    const { folder } = await exampleBundle();
    const file = join(folder, 'bin', 'kubelet');
    renameSync(file, join(folder, 'bin', 'other'));
    symlinkSync('other', file);
    expect(await refusal(folder)).toBe('undefined');
    const size = readFileSync(file).length;
    rmSync(file);
    const elsewhere = join(await tempFolder(), 'secret');
    writeFileSync(elsewhere, 'x'.repeat(size));
    symlinkSync(elsewhere, file);
    expect(await refusal(folder)).toContain("bin/kubelet leads out of the bundle's folder");
  });

  it('a folder that is a link itself is taken', async () => {
    const { folder } = await exampleBundle();
    const link = join(await tempFolder(), 'bundle');
    symlinkSync(folder, link);
    expect(await refusal(link)).toBe('undefined');
  });

  it.each(['index.json', 'bin/kubelet'])('%s as a pipe, a folder or a device does not hang', async (path) => {
    const { folder } = await exampleBundle();
    const file = join(folder, path);
    for (const make of [`mkfifo ${path}`, `mkdir ${path}`, `ln -s /dev/zero ${path}`]) {
      rmSync(file, { recursive: true });
      expect(spawnSync('sh', ['-c', make], { cwd: folder }).status).toBe(0);
      expect(await refusal(folder)).toMatch(/^BundleError: .*again\.$/);
    }
  });

  it('an index that is no JSON, or larger than any, is refused', async () => {
    const { folder } = await exampleBundle();
    writeFileSync(join(folder, 'index.json'), '{');
    expect(await refusal(folder)).toContain('(no JSON)');
    truncateSync(join(folder, 'index.json'), 1 << 30);
    expect(await refusal(folder)).toContain('larger than');
  });
});

describe('the bytes of a file travel', () => {
  async function sent(folder: string, name: string): Promise<string> {
    const bundle = await openBundle(folder, '1.37.1', looseCatalogue());
    const pieces: Buffer[] = [];
    const file = bundle.file(name === 'worker' ? 'images' : 'binary', name);
    const error = await (async () => {
      for await (const piece of file.open()) pieces.push(piece as Buffer);
    })().then(() => '', String);
    return error + (file.packed ? gunzipSync(Buffer.concat(pieces)) : Buffer.concat(pieces)).toString();
  }

  function pack(files: Entry[], folder: string): void {
    const packed = gzipSync(readFileSync(join(folder, 'bin/kubeadm')));
    writeFileSync(join(folder, 'bin/kubeadm.gz'), packed);
    entry(files, 'bin/kubeadm')['packed'] = { path: 'bin/kubeadm.gz', size: packed.length };
  }

  it('when it is what the index says, packed or not', async () => {
    const folder = await changed(pack);
    expect(await sent(folder, 'kubeadm')).toBe('program kubeadm');
    expect(await sent(folder, 'kubelet')).toBe('program kubelet');
    expect(await sent(folder, 'worker')).toBe('images worker');
  });

  it.each([
    ['kubelet', 'bin/kubelet'],
    ['worker', 'images/worker.tar.zst'],
  ])('and not a byte of them when %s is another of the same size', async (name, path) => {
    const { folder } = await exampleBundle();
    const { length } = readFileSync(join(folder, path));
    writeFileSync(join(folder, path), 'x'.repeat(length));
    expect(await sent(folder, name)).toMatch(
      /^BundleError: .* is not the file that the bundle's index\.json describes[^x]*$/,
    );
  });

  it('and not a byte of a packed one that is another, or no gzip', async () => {
    for (const content of [gzipSync('another'), gzipSync('x'.repeat(1 << 20)), Buffer.from('no gzip')]) {
      const folder = await changed((files, at) => {
        writeFileSync(join(at, 'bin/kubeadm.gz'), content);
        entry(files, 'bin/kubeadm')['packed'] = { path: 'bin/kubeadm.gz', size: content.length };
      });
      const bundle = await openBundle(folder, '1.37.1', looseCatalogue());
      const first = bundle.file('binary', 'kubeadm').open()[Symbol.asyncIterator]().next();
      await expect(first).rejects.toThrow('bin/kubeadm.gz is not the file');
    }
  });
});

const labs = join(homedir(), '.cache', 'hoplab-lab', 'bundle', 'index.json');

it.skipIf(!existsSync(labs))('the bundle of the lab goes with the catalogue', () => {
  const { files } = JSON.parse(readFileSync(labs, 'utf8')) as { files: Described[] };
  expect(files.length).toBeGreaterThan(10);
  expect(misfit(files, components('1.37.1'))).toBeUndefined();
});
