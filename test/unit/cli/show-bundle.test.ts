import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseIndex, writeIndex, type BundleIndex } from '../../../src-main/bundle/bundle-index.ts';
import { components } from '../../../src-main/bundle/catalogue.ts';
import { program } from '../../../src-main/cli/program.ts';
import { bundleLineSchema } from '../../../src-main/contract/bundles.ts';
import { exampleBundle } from '../example-bundle.ts';
import { ociLayout, savedByDocker, written } from '../bundle/image-archives.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function show(place: string, ...args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
  for (const [name, value] of Object.entries({ LANG: 'C', LC_ALL: '' })) vi.stubEnv(name, value);
  const texts = { out: '', error: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((texts.out += text.toString()), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((texts.error += text.toString()), true));
  const code = await program(['node', 'hoplab', ...args, 'bundle', 'show', place]);
  return { code, ...texts };
}

/** A bundle whose index was changed. */
async function bundle(change: (index: BundleIndex) => BundleIndex): Promise<string> {
  const { folder } = await exampleBundle();
  const file = join(folder, 'index.json');
  writeFileSync(file, writeIndex(change(parseIndex(readFileSync(file, 'utf8'), folder))));
  return folder;
}

const runc = components('1.37.1').runc.files[0]?.sha256;
const pinned = typeof runc === 'object' ? (runc.amd64 ?? '') : '';

describe('hoplab bundle show', () => {
  it('says that Hoplab pins what is its pin, and of all else that the maker vouches, whatever the bundle claims', async () => {
    const seen = '2026-11-02T10:00:00Z';
    const place = await bundle((index) => ({
      ...index,
      files: index.files.map((file) => ({
        ...file,
        vouched: file.name === 'kubelet' ? ('publisher' as const) : ('hoplab' as const),
        ...(file.name === 'kubelet' && { seen }),
        ...(file.name === 'runc' && { sha256: pinned }),
      })),
      images: index.images.map((image) => ({ ...image, vouched: 'hoplab' as const })),
    }));
    const { code, out } = await show(place);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}runc .* pinned by Hoplab$/m);
    expect(out.match(/pinned by Hoplab/g)).toHaveLength(1);
    expect(out).toMatch(/^ {2}containerd .* vouched for by the maker of the bundle$/m);
    expect(out).toMatch(/^ {2}kubelet .* maker of the bundle, as read from its publisher on 2026-11-02$/m);
    expect(out).toMatch(/^ {2}registry\.k8s\.io\/pause:3\.10\.2 .* maker of the bundle$/m);
    const line = bundleLineSchema.parse(JSON.parse((await show(place, '--json')).out));
    expect(line).toMatchObject({ event: 'bundle', kubernetes: 'v1.37.1', arch: ['amd64'] });
    expect(line.event === 'bundle' && line.files.filter(({ vouched }) => vouched === 'hoplab')).toMatchObject([
      { name: 'runc' },
    ]);
  });

  it.each([
    ['an OCI image layout', ociLayout({ archs: ['amd64', 'arm64'] }), ['amd64', 'arm64']],
    ['an archive of docker save', savedByDocker(), ['amd64']],
  ])('names the images of %s', async (_, files, arch) => {
    const { tar } = await written(files);
    expect((await show(tar)).out).toMatch(
      new RegExp(`^example\\.com/app:1\\.0 +sha256:\\w{12} +${arch.join(', ')}$`, 'm'),
    );
    const line = bundleLineSchema.parse(JSON.parse((await show(tar, '--json')).out));
    expect(line).toMatchObject({
      event: 'image-archive',
      place: tar,
      images: [{ reference: 'example.com/app:1.0', arch }],
    });
  });

  it('refuses what is neither', async () => {
    const { tar } = await written(new Map([['hello', Buffer.from('x')]]));
    const { code, out, error } = await show(tar);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain('has no usable index.json (missing)');
  });
});
