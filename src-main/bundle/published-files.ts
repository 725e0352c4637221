import { archSchema, type Arch } from './bundle-index.ts';
import type { CatalogueFile, CatalogueImage, ComponentName, Components } from './catalogue.ts';

/** A file of the catalogue as it is published for one architecture. */
export interface PublishedFile extends Pick<CatalogueFile, 'name' | 'kind' | 'members'> {
  readonly component: ComponentName;
  /** With `v`. */
  readonly version: string;
  /** Absent: it is the same for all. */
  readonly arch?: Arch | undefined;
  readonly url: string;
  /** What Hoplab pins: hex, and bytes. */
  readonly sha256?: string | undefined;
  readonly size?: number | undefined;
  /** Address of its publisher's sum. */
  readonly sums?: string | undefined;
}

/** All files of the components, those for an architecture once for each of `archs`. */
export function publishedFiles(components: Components, archs?: readonly Arch[]): readonly PublishedFile[] {
  return (Object.entries(components) as [ComponentName, Components[ComponentName]][]).flatMap(
    ([component, { version, files }]) =>
      files.flatMap((file) => publishedOf(file, { component, version: `v${version}` }, archs)),
  );
}

/** A file as it is published: once for each of `archs`, or once for all. */
export function publishedOf(
  file: CatalogueFile,
  owner: Pick<PublishedFile, 'component' | 'version'>,
  archs: readonly Arch[] = archSchema.options,
): readonly PublishedFile[] {
  if (!isPerArch(file)) return [{ ...owner, ...published(file) }];
  return archs.map((arch) => ({ ...owner, arch, ...published(file, arch) }));
}

/** Who vouches for an image: Hoplab, where it pins the index or the manifest of each of `archs`, else its publisher alone. */
export function vouchedBy(
  { digest, manifests }: Pick<CatalogueImage, 'digest' | 'manifests'>,
  archs: readonly Arch[] = archSchema.options,
): 'hoplab' | 'publisher' {
  return digest !== undefined || archs.every((arch) => manifests?.[arch] !== undefined) ? 'hoplab' : 'publisher';
}

/** Whether the file differs by architecture. */
export function isPerArch({ url }: Pick<CatalogueFile, 'url'>): boolean {
  return url.includes('{arch}');
}

function published(file: CatalogueFile, arch?: Arch): Omit<PublishedFile, 'component' | 'version' | 'arch'> {
  const { name, kind, members, sums } = file;
  const url = forArch(file.url, arch);
  return {
    name,
    kind,
    url,
    ...(members && { members }),
    sha256: valueFor(file.sha256, arch),
    size: valueFor(file.size, arch),
    sums: sums && forArch(sums.replace('{url}', url), arch),
  };
}

function forArch(text: string, arch: Arch | undefined): string {
  return arch ? text.replaceAll('{arch}', arch) : text;
}

/** What is pinned for an architecture. */
export function valueFor<Value extends string | number>(
  pinned: Value | Partial<Record<Arch, Value | undefined>> | undefined,
  arch: Arch | undefined,
): Value | undefined {
  return typeof pinned === 'object' ? arch && pinned[arch] : pinned;
}
