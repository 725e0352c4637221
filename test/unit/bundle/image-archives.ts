import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tempFolder } from '../../machines/temp-folder.ts';

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Contents by name; a text is a link to what it names. */
type Files = Map<string, Buffer | string>;

/** Files in a folder, and as GNU tar packs it. */
export async function written(files: Files): Promise<{ folder: string; tar: string }> {
  const folder = join(await tempFolder(), 'archive');
  for (const [name, content] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    if (typeof content === 'string') symlinkSync(content, join(folder, name));
    else writeFileSync(join(folder, name), content);
  }
  const tar = `${folder}.tar`;
  if (spawnSync('tar', ['-cf', tar, '-C', folder, '.']).status !== 0) throw new Error('tar failed');
  return { folder, tar };
}

export interface Wanted {
  readonly name?: string | null;
  readonly archs?: readonly string[];
  readonly layers?: readonly string[];
  /** Packs the layers with gzip. */
  readonly packed?: boolean;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const layersOf = ({ layers = ['one', 'two'] }: Wanted, arch: string): Buffer[] =>
  layers.map((layer) => Buffer.from(`layer ${layer} for ${arch}`));
const configOf = (arch: string, layers: readonly Buffer[]): Buffer =>
  json({
    os: 'linux',
    architecture: arch,
    rootfs: { type: 'layers', diff_ids: layers.map((one) => `sha256:${sha256(one)}`) },
  });

/**
 * An image by `docker save` before version 25: a configuration named by its hash, a folder for each layer.
 * https://github.com/moby/docker-image-spec/blob/main/v1.2.md
 */
export function savedByDocker(wanted: Wanted = {}): Files {
  const { name = 'example.com/app:1.0', archs = ['amd64'], packed = false } = wanted;
  const files: Files = new Map();
  const listed = archs.map((arch) => {
    const layers = layersOf(wanted, arch);
    const config = configOf(arch, layers);
    files.set(`${sha256(config)}.json`, config);
    const places = layers.map((layer, at) => {
      const place = `${sha256(`${at} ${arch}`)}/layer.tar`;
      files.set(place, packed ? gzipSync(layer) : layer);
      return place;
    });
    return { Config: `${sha256(config)}.json`, RepoTags: name === null ? null : [name], Layers: places };
  });
  return files.set('manifest.json', json(listed));
}

/** An OCI image layout: https://github.com/opencontainers/image-spec/blob/main/image-layout.md. One index for all platforms. */
export function ociLayout(wanted: Wanted = {}): Files {
  const { name = 'example.com/app:1.0', archs = ['amd64'], packed = true } = wanted;
  const files: Files = new Map([['oci-layout', json({ imageLayoutVersion: '1.0.0' })]]);
  const add = (mediaType: string, bytes: Buffer) => {
    files.set(`blobs/sha256/${sha256(bytes)}`, bytes);
    return {
      mediaType: `application/vnd.oci.image.${mediaType}`,
      digest: `sha256:${sha256(bytes)}`,
      size: bytes.length,
    };
  };
  const manifests = archs.map((arch) => {
    const layers = layersOf(wanted, arch);
    const config = add('config.v1+json', configOf(arch, layers));
    const blobs = layers.map((layer) => add(`layer.v1.tar${packed ? '+gzip' : ''}`, packed ? gzipSync(layer) : layer));
    const document = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config,
      layers: blobs,
    };
    return { ...add('manifest.v1+json', json(document)), platform: { os: 'linux', architecture: arch } };
  });
  const top = add(
    'index.v1+json',
    json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }),
  );
  const annotations = name === null ? {} : { 'org.opencontainers.image.ref.name': name };
  return files.set('index.json', json({ schemaVersion: 2, manifests: [{ ...top, annotations }] }));
}

/** As Docker writes since version 25: an OCI image layout, of a tag alone and the whole name, and `manifest.json` for older readers. */
export function savedByNewDocker(): Files {
  const files = ociLayout({ packed: false });
  const [layers, config] = [layersOf({}, 'amd64'), configOf('amd64', layersOf({}, 'amd64'))];
  const index = JSON.parse(String(files.get('index.json'))) as { manifests: { annotations: Record<string, string> }[] };
  for (const manifest of index.manifests)
    manifest.annotations = {
      'io.containerd.image.name': 'example.com/app:1.0',
      'org.opencontainers.image.ref.name': '1.0',
    };
  const blob = (bytes: Buffer) => `blobs/sha256/${sha256(bytes)}`;
  const listed = [{ Config: blob(config), RepoTags: ['example.com/app:1.0'], Layers: layers.map(blob) }];
  return files.set('index.json', json(index)).set('manifest.json', json(listed));
}
