import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { components } from '../../../src-main/bundle/catalogue.ts';
import { bundleComponents } from '../../../src-main/bundle/list-components.ts';
import { program } from '../../../src-main/cli/program.ts';
import { componentSchema, type InstalledComponent } from '../../../src-main/contract/components.ts';
import { labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { ociLayout, written } from '../bundle/image-archives.ts';
import { exampleBundle } from '../example-bundle.ts';

/** The key of the smallest lab file is not on this computer. */
const SSH = 'ssh: { user: lab, password: true }';

let folder: string;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Runs `hoplab components` beside a lab file, or without one. */
async function run(args: readonly string[], lab?: string): Promise<{ code: number; out: string; error: string }> {
  for (const [name, value] of Object.entries({ HOPLAB_HOME: join(folder, 'home'), LANG: 'C', LC_ALL: '' }))
    vi.stubEnv(name, value);
  const file = join(folder, 'lab.yaml');
  if (lab !== undefined) writeFileSync(file, lab);
  const texts = { out: '', error: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((texts.out += text.toString()), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((texts.error += text.toString()), true));
  const named = lab === undefined ? [] : ['-f', file];
  const code = await program(['node', 'hoplab', ...named, 'components', ...args]);
  return { code, ...texts };
}

function lines(out: string): readonly InstalledComponent[] {
  return out
    .trim()
    .split('\n')
    .map((line) => componentSchema.parse(JSON.parse(line)));
}

describe('hoplab components', () => {
  it('shows the catalogue where there is no lab file: each component with its version, licence and hosts', async () => {
    const { code, out, error } = await run([]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/^Kubernetes v1\.37\.1, from the catalogue$/m);
    expect(out).toMatch(
      /^kubernetes +v1\.37\.1 +Apache-2\.0 +pinned, publisher's +dl\.k8s\.io, registry\.k8s\.io +kubeadm, /m,
    );
    expect(out).toMatch(/^nginx-gateway-fabric +v2\.6\.7 +Apache-2\.0 AND BSD-2-Clause /m);
    expect(out).toMatch(/^runc +v1\.5\.2 +Apache-2\.0 +pinned +github\.com +runc$/m);
  });

  it('keeps its columns in line in Japanese', async () => {
    const { out } = await run(['--lang', 'ja']);
    const rows = out.trim().split('\n').slice(1);
    const columns = rows.map((row) => {
      const before = row.slice(0, row.search(/Apache|ライセンス/));
      return Array.from(before).reduce((sum, it) => sum + (/[^ -~]/.test(it) ? 2 : 1), 0);
    });
    expect(rows.length).toBe(13);
    expect(new Set(columns).size).toBe(1);
  });

  it('says for programs what is pinned, and what its publisher alone vouches for', async () => {
    const found = (all: readonly InstalledComponent[]) => all.find(({ component }) => component === 'kubernetes');
    const newer = found(lines((await run(['--json'])).out));
    expect(newer).toMatchObject({ version: 'v1.37.1', kubernetes: 'v1.37.1', bundle: null, pinned: 'some' });
    expect(newer?.files[0]).toMatchObject({ name: 'kubeadm', arch: 'amd64', sha256: null, vouched: 'publisher' });
    const older = found(lines((await run(['--json', '--kubernetes', 'v1.36.4'])).out));
    expect(older?.version).toBe('v1.36.4');
    expect(older?.files.map(({ vouched }) => vouched)).toEqual(Array(6).fill('hoplab'));
  });

  it('shows what the bundle of the lab file says', async () => {
    const { folder: bundle } = await exampleBundle();
    const { code, out } = await run(['--json'], labText({ 6: SSH, 8: `source: { bundle: ${bundle} }` }));
    expect(code).toBe(0);
    const all = lines(out);
    expect(new Set(all.map((row) => row.bundle))).toEqual(new Set([bundle]));
    const runc = all.find(({ component }) => component === 'runc');
    expect(runc).toMatchObject({ version: 'v1.5.2', pinned: 'none', hosts: ['github.com'] });
    expect(runc?.files).toEqual([expect.objectContaining({ arch: 'amd64', vouched: 'maker' })]);
    expect((await run([], labText({ 6: SSH, 8: `source: { bundle: ${bundle} }` }))).out).toContain(
      `from the bundle ${bundle}`,
    );
  });

  it('shows images of archives in the place of those of the source', async () => {
    const pause = 'registry.k8s.io/pause:3.10.2';
    const { tar } = await written(ociLayout({ name: pause }));
    const lab = labText({ 6: SSH, 8: `source: online\nimages: [${tar}]` });
    const rows = lines((await run(['--json'], lab)).out);
    expect(rows.some(({ component }) => component === 'pause')).toBe(false);
    expect(rows.at(-1)).toMatchObject({
      ...{ component: 'other', bundle: tar, pinned: 'none' },
      images: [{ reference: pause, vouched: 'maker' }],
    });
    expect((await run([], lab)).out).toMatch(new RegExp(`^other .* bundle's +${tar} +pause$`, 'm'));
  });

  it.each([
    ['a version that is not in the catalogue', ['--kubernetes', '1.35.0'], undefined, '1.37.1, 1.36.4'],
    ['a bundle that is not there', [], labText({ 6: SSH }), 'bundle'],
    ['a lab file with mistakes', [], labText({ 1: 'lab: No' }), 'lab.yaml:1:'],
  ])('refuses %s', async (_what, args, lab, told) => {
    const { code, out, error } = await run(args, lab);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain(told);
  });
});

it('what a bundle has beside the components is told too, and what it lacks is left out', () => {
  const image = (reference: string) => ({ reference, digest: `sha256:${'a'.repeat(64)}`, mediaType: '', size: 1 });
  const rows = bundleComponents(
    '/stick/lab.tar',
    {
      kubernetes: 'v1.37.1',
      files: [],
      images: [
        { ...image('example.com/app:v1'), vouched: 'publisher' },
        { ...image('registry.k8s.io/pause:3.10.2'), vouched: 'hoplab' },
      ],
    },
    components('1.37.1'),
  );
  expect(rows.map(({ component, version, pinned, licence }) => [component, version, pinned, licence])).toEqual([
    ['pause', 'v3.10.2', 'all', 'Apache-2.0'],
    ['other', null, 'none', null],
  ]);
  expect(rows[1]?.hosts).toEqual(['example.com']);
});
