import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BundleError, openBundle } from '../../../src-main/bundle/bundle.ts';
import { components } from '../../../src-main/bundle/catalogue.ts';
import { misfit, type Described } from '../../../src-main/bundle/fits-catalogue.ts';
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

const labs = join(homedir(), '.cache', 'hoplab-lab', 'bundle', 'index.json');

it.skipIf(!existsSync(labs))('the bundle of the lab goes with the catalogue', () => {
  const { files } = JSON.parse(readFileSync(labs, 'utf8')) as { files: Described[] };
  expect(files.length).toBeGreaterThan(10);
  expect(misfit(files, components('1.37.1'))).toBeUndefined();
});
