import type { InstalledComponent } from '../contract/components.ts';
import type { BundleIndex, Vouched } from './bundle-index.ts';
import { components, imagesOf, type CatalogueImage, type ComponentName, type Components } from './catalogue.ts';
import type { OwnImage } from './own-images.ts';
import { publishedFiles, vouchedBy, type PublishedFile } from './published-files.ts';

/** The components that go with a version of Kubernetes, without `v`, as the catalogue has them. @throws Error when it has not */
export function catalogueComponents(kubernetes: string): readonly InstalledComponent[] {
  const all = components(kubernetes);
  const files = publishedFiles(all);
  return names(all).map((name) =>
    described(
      name,
      {
        kubernetes: `v${kubernetes}`,
        bundle: null,
        version: `v${all[name].version}`,
        files: files
          .filter(({ component }) => component === name)
          .map((file) => ofFile({ ...file, vouched: file.sha256 === undefined ? 'publisher' : 'hoplab' })),
        images: all[name].images.map(ofCatalogueImage),
      },
      all,
    ),
  );
}

/** The components of a bundle, as its index has them; `all` is what the catalogue has of that version. */
export function bundleComponents(
  bundle: string,
  held: Pick<BundleIndex, 'kubernetes' | 'files' | 'images'>,
  all: Components,
): readonly InstalledComponent[] {
  const owners = new Map(names(all).flatMap((name) => imagesOf(all[name]).map((image) => [image, name] as const)));
  const ownerOf = (reference: string) => owners.get(reference) ?? OTHER;
  const known: readonly string[] = names(all);
  const found = new Set([
    ...held.files.map(({ component }) => component),
    ...held.images.map(({ reference }) => ownerOf(reference)),
  ]);
  return [...known, ...[...found].filter((name) => !known.includes(name))]
    .filter((name) => found.has(name))
    .map((name) => {
      const files = held.files.filter(({ component }) => component === name);
      const images = held.images.filter(({ reference }) => ownerOf(reference) === name);
      const version = files[0]?.version ?? (isName(name, all) ? `v${all[name].version}` : null);
      const parts = {
        files: files.map(ofFile),
        images: images.map(({ reference, digest, vouched }) => ({ reference, digest, vouched })),
      };
      return described(name, { kubernetes: held.kubernetes, bundle, version, ...parts }, all);
    });
}

/** The components with images of archives in the place of theirs: each archive has a row of its own, as a bundle. */
export function withOwnComponents(
  rows: readonly InstalledComponent[],
  own: readonly OwnImage[],
  kubernetes: string,
): readonly InstalledComponent[] {
  const taken = new Set(own.map(({ reference }) => reference));
  const others = rows.map((row) => ({ ...row, images: row.images.filter(({ reference }) => !taken.has(reference)) }));
  const archives = [...new Set(own.map(({ archive }) => archive))];
  return [
    ...others.filter(({ files, images }) => files.length + images.length > 0),
    ...archives.map((bundle) => {
      const images = own.filter(({ archive }) => archive === bundle);
      const told = images.map(({ reference, digest, vouched }) => ({ reference, digest, vouched }));
      const row = { kubernetes: `v${kubernetes}`, bundle, version: null, files: [], images: told };
      return { ...described(OTHER, row, undefined), hosts: [] };
    }),
  ];
}

/** What the catalogue does not have: the image of the user's own app, for example. */
const OTHER = 'other';

function names(all: Components): readonly ComponentName[] {
  return Object.keys(all) as ComponentName[];
}

function isName(name: string, all: Components): name is ComponentName {
  return Object.hasOwn(all, name);
}

type Parts = Pick<InstalledComponent, 'kubernetes' | 'bundle' | 'version' | 'files' | 'images'>;

function described(component: string, parts: Parts, all: Components | undefined): InstalledComponent {
  const { files, images } = parts;
  const { publisher, licence, source } = all && isName(component, all) ? all[component] : {};
  const hosts = [
    ...files.map(({ url }) => new URL(url).host),
    ...images.map(({ reference }) => reference.slice(0, reference.indexOf('/'))),
  ];
  const ours = [...files, ...images].filter(({ vouched }) => vouched === 'hoplab').length;
  return {
    component,
    ...parts,
    publisher: publisher ?? null,
    licence: licence ?? null,
    page: source ?? null,
    hosts: [...new Set(hosts)],
    pinned: ours === 0 ? 'none' : ours < files.length + images.length ? 'some' : 'all',
  };
}

/** For all architectures: who installs on which is not said here. */
function ofCatalogueImage(image: CatalogueImage): InstalledComponent['images'][number] {
  return { reference: image.reference, digest: image.digest ?? null, vouched: vouchedBy(image) };
}

type File = Pick<PublishedFile, 'name' | 'arch' | 'url' | 'sha256' | 'size'> & { readonly vouched: Vouched };

function ofFile({ name, arch, url, sha256, size, vouched }: File): InstalledComponent['files'][number] {
  return { name, arch: arch ?? null, url, sha256: sha256 ?? null, size: size ?? null, vouched };
}
