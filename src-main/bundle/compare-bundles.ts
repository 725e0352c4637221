import type { Components } from './catalogue.ts';
import type { BundleIndex } from './bundle-index.ts';
import { nameOf, tagOf } from './image-reference.ts';

/** One thing that differs between two bundles, or between a bundle and the catalogue. */
export interface BundleDifference {
  /** `kubelet (amd64)`, or an image without its tag. */
  readonly what: string;
  /** What the one has; undefined: nothing. A version or a tag, and the beginning of the hash. */
  readonly one: string | undefined;
  readonly other: string | undefined;
}

/** What two bundles have differently, by name; nothing where they are the same. */
export function compareBundles(one: BundleIndex, other: BundleIndex): readonly BundleDifference[] {
  return differences(contents(one), contents(other));
}

/** A bundle, and what the catalogue of this Hoplab names: versions and tags, for the parts may be the maker's own. */
export function compareWithCatalogue(index: BundleIndex, catalogue: Components): readonly BundleDifference[] {
  const found = new Map<string, string>();
  const wanted = new Map<string, string>();
  for (const [component, { version, images }] of Object.entries(catalogue)) {
    const files = index.files.filter((file) => file.component === component);
    if (files.length > 0) wanted.set(component, `v${version}`);
    for (const file of files) found.set(component, file.version);
    for (const { reference } of images) wanted.set(nameOf(reference), tagOf(reference));
  }
  for (const { reference } of index.images) found.set(nameOf(reference), tagOf(reference));
  return differences(found, wanted);
}

function contents({ kubernetes, files, images }: BundleIndex): ReadonlyMap<string, string> {
  const short = (sha256: string) => sha256.replace('sha256:', '').slice(0, 12);
  return new Map([
    ['kubernetes', kubernetes],
    ...files.map(
      ({ name, arch, version, sha256 }) => [arch ? `${name} (${arch})` : name, `${version} ${short(sha256)}`] as const,
    ),
    ...images.map(({ reference, digest }) => [nameOf(reference), `${tagOf(reference)} ${short(digest)}`] as const),
  ]);
}

function differences(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): BundleDifference[] {
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  return names
    .map((what) => ({ what, one: one.get(what), other: other.get(what) }))
    .filter(({ one: left, other: right }) => left !== right);
}
