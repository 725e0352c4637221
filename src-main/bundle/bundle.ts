import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { readManifest, type Manifest } from '../cluster/manifest.ts';
import { BundleError, damaged } from './bundle-error.ts';
import { readIndex, type BundleIndex, type IndexEntry } from './bundle-index.ts';
import { components, type Components } from './catalogue.ts';
import { misfit, type Misfit } from './fits-catalogue.ts';
import { openWithin } from './open-within.ts';
import { verifiedFile } from './verified-file.ts';

/** One file of a bundle, and how it travels to a machine. */
export interface BundleFile {
  readonly kind: 'binary' | 'cni-plugin' | 'manifest' | 'images';
  readonly name: string;
  readonly version: string;
  /** Hex, of the file itself. */
  readonly sha256: string;
  /** References of the images in an archive. */
  readonly images: readonly string[];
  /** Whether `open` gives the file packed with gzip. */
  readonly packed: boolean;
  /** Bytes that `open` gives. */
  readonly size: number;
  /** The bytes to send. A file that is not what the index says ends in a BundleError before the first. */
  open(): Readable;
}

/** All that an installation needs, for machines without internet. */
export interface Bundle {
  readonly arch: 'amd64' | 'arm64';
  /** With `v`: `v1.37.1`. */
  readonly kubernetes: string;
  ofKind(kind: BundleFile['kind']): readonly BundleFile[];
  /** @throws BundleError when the bundle lacks it */
  file(kind: BundleFile['kind'], name: string): BundleFile;
  /** A project's own manifest, its hash verified, and its version. @throws BundleError */
  manifest(name: string): Promise<BundleManifest>;
}

export type BundleManifest = Manifest & { readonly version: string };

/**
 * Opens a folder: reads its index and looks whether each file is there in its full size. `version` is that of Kubernetes,
 * without `v`; `catalogue` is what goes with it, default that of this Hoplab. @throws BundleError
 */
export async function openBundle(folder: string, version: string, catalogue?: Components): Promise<Bundle> {
  const index = await readIndex(folder);
  if (index.kubernetes !== `v${version}`) throw otherVersion(folder, index.kubernetes, version);
  const other = misfit(index.files, catalogue ?? components(version));
  if (other) throw notOfCatalogue(folder, other);
  await Promise.all(index.files.map((entry) => complete(folder, entry)));
  return new FolderBundle(folder, index);
}

class FolderBundle implements Bundle {
  readonly arch: Bundle['arch'];
  readonly kubernetes: string;
  readonly #folder: string;
  readonly #files: readonly BundleFile[];
  readonly #manifests = new Map<string, Promise<BundleManifest>>();

  constructor(folder: string, index: BundleIndex) {
    this.#folder = folder;
    this.arch = index.arch;
    this.kubernetes = index.kubernetes;
    this.#files = index.files.map((entry) => bundleFile(folder, entry));
  }

  ofKind(kind: BundleFile['kind']): readonly BundleFile[] {
    return this.#files.filter((file) => file.kind === kind);
  }

  file(kind: BundleFile['kind'], name: string): BundleFile {
    return findFile(this.#files, { kind, name, where: this.#folder });
  }

  /** Read once: every decision asks for them, and they have 30,000 lines. */
  manifest(name: string): Promise<BundleManifest> {
    const known = this.#manifests.get(name);
    if (known) return known;
    const reading = this.#read(this.file('manifest', name));
    this.#manifests.set(name, reading);
    return reading;
  }

  async #read(entry: BundleFile): Promise<BundleManifest> {
    const pieces: Buffer[] = [];
    for await (const piece of entry.open()) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    const text = (entry.packed ? gunzipSync(bytes) : bytes).toString('utf8');
    return { ...readManifest(text), version: entry.version };
  }
}

/** @throws BundleError when the file is not among them; `where` names the bundle. */
export function findFile(
  files: readonly BundleFile[],
  { kind, name, where }: { kind: BundleFile['kind']; name: string; where: string },
): BundleFile {
  const found = files.find((file) => file.kind === kind && file.name === name);
  if (found) return found;
  throw new BundleError({
    en: `The bundle ${where} has no ${kind} ${name}: make the bundle again.`,
    ja: `バンドル ${where} に ${kind} ${name} がありません。バンドルを作り直してください。`,
  });
}

function bundleFile(folder: string, entry: IndexEntry): BundleFile {
  const { kind, name, version, sha256, images = [], packed } = entry;
  const open = verifiedFile(folder, entry);
  return { kind, name, version, sha256, images, packed: packed !== undefined, size: packed?.size ?? entry.size, open };
}

async function complete(folder: string, entry: IndexEntry): Promise<void> {
  for (const { path, size } of [entry, ...(entry.packed ? [entry.packed] : [])]) {
    const file = await openWithin(folder, path);
    await file.handle.close();
    if (file.size !== size) throw damaged(join(folder, path));
  }
}

function notOfCatalogue(folder: string, { path, found, wanted }: Misfit): BundleError {
  const file = join(folder, path);
  return new BundleError({
    en: `${file} is not what goes with this Hoplab (found ${found}, the catalogue wants ${wanted}): choose a bundle that was made for this version of Hoplab, or make it again.`,
    ja: `${file} はこの Hoplab に合いません (実際: ${found}、カタログ: ${wanted})。このバージョンの Hoplab 用に作られたバンドルを選ぶか、作り直してください。`,
  });
}

function otherVersion(folder: string, found: string, wanted: string): BundleError {
  return new BundleError({
    en: `The bundle ${folder} holds Kubernetes ${found}, the lab file asks for v${wanted}: choose the bundle of that version, or change kubernetes.version.`,
    ja: `バンドル ${folder} の Kubernetes は ${found} ですが、ラボファイルは v${wanted} を求めています。そのバージョンのバンドルを選ぶか、kubernetes.version を変えてください。`,
  });
}
