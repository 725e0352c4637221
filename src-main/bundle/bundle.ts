import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { readManifest, type Manifest } from '../cluster/manifest.ts';
import { BundleError, damaged, missing, fail } from './bundle-error.ts';
import { blobsOf, readBlob, type Blobs, type Entry } from './blobs.ts';
import {
  LARGEST_INDEX,
  parseIndex,
  unusableIndex,
  type Arch,
  type BundleIndex,
  type IndexFile,
} from './bundle-index.ts';
import { components, membersOf, type Components, type Members } from './catalogue.ts';
import { misfit, type Misfit } from './fits-catalogue.ts';
import { folderEntries } from './folder-entries.ts';
import { imageArchive } from './image-archive.ts';
import type { Descriptor } from './image-document.ts';
import { hexOf, imageParts } from './image-parts.ts';
import { requireArch, withOwn, type OwnImages } from './own-images.ts';
import { tarEntries } from './tar-entries.ts';

/** One file, and how it travels to a machine. */
export interface BundleFile {
  readonly name: string;
  readonly kind: 'binary' | 'archive' | 'manifest';
  readonly version: string;
  /** Hex, of the file as it is published. */
  readonly sha256: string;
  /** What of an archive is installed, and where. */
  readonly members?: Members | undefined;
  /** Whether it travels packed with gzip: programs that are not packed as they are published. */
  readonly packed: boolean;
  /** The bytes to send, once they are there: waits until they are downloaded. @throws BundleError, DownloadError */
  travel(): Promise<Cargo>;
}

/** What travels to a machine. */
export interface Cargo {
  /** Bytes that `open` gives. */
  readonly size: number;
  /** What is not what the index says ends in a BundleError: a file before its first byte. */
  open(): Readable;
}

/** All that an installation needs, by name: of a bundle, or of the cache. */
export interface Bundle {
  readonly arch: readonly Arch[];
  /** With `v`: `v1.37.1`. */
  readonly kubernetes: string;
  /** References of its images. */
  readonly references: ReadonlySet<string>;
  /** With `v`, of a program, an archive or a manifest. @throws BundleError when the bundle lacks it */
  version(name: string): string;
  /** A program, or an archive of them. @throws BundleError when the bundle lacks it, DownloadError when its hash cannot be found out */
  file(name: string, arch: Arch): Promise<BundleFile>;
  /** A project's own manifest, its hash verified, and its version. @throws BundleError */
  manifest(name: string): Promise<BundleManifest>;
  /**
   * Images as one OCI image layout in a tar, with their registries' digests; waits until they are downloaded.
   * @throws BundleError when one is not there for that architecture, DownloadError
   */
  images(references: readonly string[], arch: Arch): Promise<Cargo>;
}

export type BundleManifest = Manifest & { readonly version: string };

/**
 * Opens a bundle, a folder or a plain tar: reads its index and looks whether everything is there in its full size. `version` is that
 * of Kubernetes, without `v`; `catalogue` is what goes with it, default that of this Hoplab. Images of `own` are taken in the place of
 * those of the bundle. @throws BundleError
 */
export async function openBundle(
  place: string,
  version: string,
  { catalogue, own }: { catalogue?: Components; own?: OwnImages } = {},
): Promise<Bundle> {
  const { index, blobs } = await readBundle(place);
  if (index.kubernetes !== `v${version}`) throw otherVersion(place, index.kubernetes, version);
  const other = misfit(index, catalogue ?? components(version));
  if (other) throw notOfCatalogue(place, other);
  await complete(index, blobs, place);
  const all = withOwn({ index, blobs }, own);
  return bundleOf(all.index, all.blobs, place);
}

/** What a bundle says that is in it, and its blobs; of these nothing was looked at. @throws BundleError */
export async function readBundle(place: string): Promise<{ index: BundleIndex; blobs: Blobs }> {
  const entries = await entriesOf(place);
  const entry = entries.get('index.json');
  if (!entry) throw unusableIndex(place, 'missing');
  if (entry.size > LARGEST_INDEX) throw unusableIndex(place, `larger than ${LARGEST_INDEX >> 20} MiB`);
  return { index: parseIndex(await text(await entry.open()), place), blobs: blobsOf(entries, place) };
}

/** Whether a place has images without being a bundle: an OCI image layout of other tools, or an archive of `docker save`. */
export async function isImageArchive(place: string): Promise<boolean> {
  const entries = await entriesOf(place);
  const entry = entries.get('index.json');
  if (!entry) return entries.has('manifest.json');
  if (entry.size > LARGEST_INDEX) return false;
  return !(await text(await entry.open())).includes('"hoplab"');
}

async function entriesOf(place: string): Promise<ReadonlyMap<string, Entry>> {
  const stats = await stat(place).catch(() => {
    throw missing(place);
  });
  if (!stats.isFile() && !stats.isDirectory()) throw unusableIndex(place, 'neither a folder nor a file');
  return stats.isFile() ? tarEntries(place) : folderEntries(place);
}

/** Waits until blobs are there, by their SHA-256. @throws DownloadError */
export type Fetch = (sha256s: readonly string[]) => Promise<void>;

/**
 * @param place the bundle, or the cache, for messages
 * @param fetch for blobs that may have to be downloaded; manifests of images are there in any case
 */
export function bundleOf(
  index: BundleIndex,
  blobs: Blobs,
  place: string,
  fetch: Fetch = async () => undefined,
): Bundle {
  const manifests = new Map<string, Promise<BundleManifest>>();
  const images = new Map(index.images.map((image) => [image.reference, image]));
  const find = (name: string, arch?: Arch) => findFile(index.files, { name, arch, where: place });
  return {
    arch: index.arch,
    kubernetes: index.kubernetes,
    references: new Set(images.keys()),
    version: (name) => find(name).version,
    async file(name, arch) {
      const { kind, version, sha256 } = find(name, arch);
      const packed = kind === 'binary';
      const travel = () => fetch([sha256]).then(() => cargo(blobs, sha256, packed));
      return { name, kind, version, sha256, packed, members: membersOf(index.kubernetes, name), travel };
    },
    /** Read once: every decision asks for them, and they have 30,000 lines. */
    manifest(name) {
      const file = find(name);
      const known = manifests.get(name) ?? fetch([file.sha256]).then(() => readFile(blobs, file));
      manifests.set(name, known);
      return known;
    },
    async images(references, arch) {
      const wanted = references.map((reference) => images.get(reference) ?? fail(lacksImage(place, reference)));
      const parts = await Promise.all(wanted.map((image) => partsOf(blobs, image, arch, place)));
      await fetch(parts.flat().map(({ digest }) => hexOf(digest)));
      return imageArchive(blobs, wanted, parts.flat());
    },
  };
}

async function cargo(blobs: Blobs, sha256: string, packed: boolean): Promise<Cargo> {
  const found = await blobs.travelling(sha256);
  if (found.packed === packed) return found;
  if (!packed) return { size: (await blobs.size(sha256)) ?? 0, open: () => blobs.open(sha256) };
  return { size: found.size, open: () => packing(found.open()) };
}

function packing(source: Readable): Readable {
  const gzip = createGzip({ level: 1 });
  pipeline(source, gzip, () => undefined); // an error ends the packed stream too
  return gzip;
}

async function readFile(blobs: Blobs, { sha256, version }: IndexFile): Promise<BundleManifest> {
  return { ...readManifest((await readBlob(blobs, sha256)).toString('utf8')), version };
}

/** @throws BundleError when the file is not among them; `where` names the bundle. */
export function findFile<File extends Pick<IndexFile, 'name' | 'arch'>>(
  files: readonly File[],
  { name, arch, where }: { name: string; arch?: Arch | undefined; where: string },
): File {
  const found = files.find((file) => file.name === name && (arch === undefined || (file.arch ?? arch) === arch));
  if (found) return found;
  const what = arch === undefined ? name : `${name} (${arch})`;
  throw new BundleError({
    en: `The bundle ${where} has no ${what}: make the bundle again.`,
    ja: `バンドル ${where} に ${what} がありません。バンドルを作り直してください。`,
  });
}

/** @throws BundleError for the first blob that is not there, or has another size */
async function complete(index: BundleIndex, blobs: Blobs, place: string): Promise<void> {
  for (const { sha256, size, name } of index.files) {
    const found = await blobs.size(sha256);
    if (found === undefined)
      await blobs.travelling(sha256); // packed alone will do
    else if (found !== size) throw damaged(`${place}: ${name} (${sha256})`);
  }
  const needs = index.images.flatMap((image) => index.arch.map((arch) => partsOf(blobs, image, arch, place)));
  for (const { digest, size } of (await Promise.all(needs)).flat()) {
    const found = await blobs.size(hexOf(digest));
    if (found === undefined) throw missing(`${place}: ${digest}`);
    if (found !== size) throw damaged(`${place}: ${digest}`);
  }
}

async function partsOf(
  blobs: Blobs,
  image: BundleIndex['images'][number],
  arch: Arch,
  place: string,
): Promise<readonly Descriptor[]> {
  requireArch(image, arch);
  return (await imageParts(blobs, image, arch)) ?? fail(lacksImage(place, image.reference, arch));
}

function lacksImage(place: string, reference: string, arch?: Arch): BundleError {
  const what = arch === undefined ? reference : `${reference} (linux/${arch})`;
  return new BundleError({
    en: `The bundle ${place} has no image ${what}: make the bundle again.`,
    ja: `バンドル ${place} にイメージ ${what} がありません。バンドルを作り直してください。`,
  });
}

function notOfCatalogue(place: string, { what, found, wanted }: Misfit): BundleError {
  return new BundleError({
    en: `${what} in the bundle ${place} is not what goes with this Hoplab (found ${found}, the catalogue wants ${wanted}): choose a bundle that was made for this version of Hoplab, or make it again.`,
    ja: `バンドル ${place} の ${what} はこの Hoplab に合いません (実際: ${found}、カタログ: ${wanted})。このバージョンの Hoplab 用に作られたバンドルを選ぶか、作り直してください。`,
  });
}

function otherVersion(place: string, found: string, wanted: string): BundleError {
  return new BundleError({
    en: `The bundle ${place} holds Kubernetes ${found}, the lab file asks for v${wanted}: choose the bundle of that version, or change kubernetes.version.`,
    ja: `バンドル ${place} の Kubernetes は ${found} ですが、ラボファイルは v${wanted} を求めています。そのバージョンのバンドルを選ぶか、kubernetes.version を変えてください。`,
  });
}
