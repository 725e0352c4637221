import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';

const reader = join(import.meta.dirname, '..', '..', 'lab', 'lib', 'image_archives.py');
const digest = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
const layer = Buffer.from('a layer');

async function archive(files: Readonly<Record<string, Buffer | object>>, pack = ''): Promise<string> {
  const folder = await tempFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'files', name)), { recursive: true });
    writeFileSync(join(folder, 'files', name), Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  const path = join(folder, `image.tar${pack}`);
  execFileSync('tar', ['-caf', path, '-C', join(folder, 'files'), '.']);
  return path;
}

/** As `docker save` writes it. */
const saved = (pack?: string) =>
  archive(
    {
      'manifest.json': [{ Config: 'c.json', RepoTags: ['example.com/saved:v1'], Layers: ['l.tar'] }],
      'c.json': {},
      'l.tar': layer,
    },
    pack,
  );

/** As skopeo writes it to oci-archive: blobs by digest, packed layers; here of two architectures. */
function layout(damage: (blobs: Record<string, Buffer>) => void = () => undefined): Promise<string> {
  const blobs: Record<string, Buffer> = {};
  const add = (data: Buffer) => {
    blobs[`blobs/${digest(data).replace(':', '/')}`] = data;
    return { digest: digest(data), size: data.length };
  };
  const json = (value: object) => add(Buffer.from(JSON.stringify(value)));
  const manifest = (architecture: string) => ({
    ...json({ config: json({ architecture }), layers: [add(gzipSync(layer))] }),
    platform: { architecture, os: 'linux' },
  });
  const index = json({ manifests: [manifest('arm64'), manifest('amd64')] });
  damage(blobs);
  const annotations = { 'org.opencontainers.image.ref.name': 'example.com/layout:v1' };
  return archive({ 'index.json': { manifests: [{ ...index, annotations }] }, ...blobs });
}

const missing = (archives: readonly string[], wanted: readonly string[]) =>
  execFileSync('python3', ['-B', reader, '--missing', archives.join('\n'), ...wanted], {
    encoding: 'utf8',
    stdio: 'pipe',
  });

describe.skipIf(!hasProgram('python3', '--version'))('archives of images that somebody made', () => {
  it('are read as docker save and skopeo write them, packed or not', async () => {
    const wanted = ['example.com/saved:v1', 'example.com/layout:v1'];
    expect(missing([await saved(), await layout()], wanted)).toBe('');
    expect(missing([await saved('.gz')], wanted)).toBe('example.com/layout:v1\n');
    expect(missing([], wanted)).toBe(`${wanted.join('\n')}\n`);
  });

  it('are refused with the file and what is wrong when they are damaged or no images', async () => {
    const damaged = layout((blobs) => Object.keys(blobs).forEach((name) => (blobs[name] = Buffer.from('{}'))));
    const path = await damaged;
    expect(() => missing([path], ['x'])).toThrow(/image\.tar is damaged/);
    const other = await archive({ 'readme.txt': Buffer.from('hello') });
    expect(() => missing([other], ['x'])).toThrow(/image\.tar is no image archive/);
  });
});
