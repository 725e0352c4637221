import type { Components } from './catalogue.ts';

/** One file of a bundle, as its index describes it. */
export interface Described {
  readonly kind: 'binary' | 'cni-plugin' | 'manifest' | 'images';
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly images?: readonly string[] | undefined;
}

/** What a bundle has, and what the catalogue names in its place. */
export interface Misfit {
  readonly path: string;
  readonly found: string;
  readonly wanted: string;
}

/** Programs that their projects publish in one archive. */
const IN_ARCHIVE: Readonly<Record<string, keyof Components>> = {
  containerd: 'containerd',
  'containerd-shim-runc-v2': 'containerd',
  ctr: 'containerd',
};

/**
 * The first file of a bundle that the catalogue names otherwise. Each program, plugin, manifest and image of a component has
 * the catalogue's version. A hash is compared where the catalogue pins one: for manifests, which a bundle takes over as
 * their projects published them. Programs and images may be built by whoever makes the bundle, and have hashes of their own;
 * the index vouches for these.
 */
export function misfit(files: readonly Described[], components: Components): Misfit | undefined {
  for (const file of files) {
    const found = ofFile(file, components) ?? ofImages(file, components);
    if (found) return { path: file.path, ...found };
  }
  return undefined;
}

type Difference = Omit<Misfit, 'path'>;

function ofFile({ kind, name, version, sha256 }: Described, components: Components): Difference | undefined {
  const all = Object.values(components);
  const isIt = (file: string) => file === name || file.startsWith(`${name}-v`);
  const owner =
    kind === 'cni-plugin'
      ? components['cni-plugins']
      : (archive(name, components) ?? all.find(({ files }) => files.some((file) => isIt(file.name))));
  if (kind === 'images' || !owner) return undefined;
  if (version !== `v${owner.version}`) return { found: version, wanted: `v${owner.version}` };
  const pinned = owner.files.find((file) => file.kind === kind && isIt(file.name))?.sha256;
  if (pinned === undefined || pinned === sha256) return undefined;
  return { found: `sha256 ${sha256}`, wanted: `sha256 ${pinned}` };
}

function archive(name: string, components: Components): Components[keyof Components] | undefined {
  const owner = IN_ARCHIVE[name];
  return owner && components[owner];
}

/** An image of a component with another tag; images that the catalogue does not name are the user's own. */
function ofImages({ images = [] }: Described, components: Components): Difference | undefined {
  const wanted = Object.values(components).flatMap((component) => component.images);
  const byName = new Map(wanted.map((image) => [withoutTag(image), image]));
  for (const found of images) {
    const image = byName.get(withoutTag(found));
    if (image !== undefined && image !== found) return { found, wanted: image };
  }
  return undefined;
}

function withoutTag(image: string): string {
  return image.replace(/:[^/:]+$/, '');
}
