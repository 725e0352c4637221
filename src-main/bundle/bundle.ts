import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { z } from 'zod';
import { readManifest, type Manifest } from '../cluster/manifest.ts';
import type { Text } from '../contract/text.ts';
import { components, type Components } from './catalogue.ts';
import { misfit, type Misfit } from './fits-catalogue.ts';
import { fileInput, PIECE, sha256Of } from '../machines/upload.ts';

const fileSchema = z.object({
  path: z.string().regex(/^[\w./-]+$/),
  kind: z.enum(['binary', 'cni-plugin', 'manifest', 'images']),
  name: z.string(),
  version: z.string(),
  size: z.number(),
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The same file packed with gzip, for the way to a machine. */
  packed: z.object({ path: z.string().regex(/^[\w./-]+$/), size: z.number() }).optional(),
  /** References of the images in an archive. */
  images: z.array(z.string()).optional(),
});

/** `index.json` of a bundle: what is in it, for which processor, and the hash of each file. */
const indexSchema = z.object({
  schema: z.literal(1),
  arch: z.enum(['amd64', 'arm64']),
  kubernetes: z.string(),
  files: z.array(fileSchema),
});

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
  /** The bytes to send. An archive of images that is not what the index says ends in a BundleError before its last byte. */
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

/** A bundle that cannot be used: the user has to mend it. */
export class BundleError extends Error {
  readonly text: Text;
  constructor(text: Text) {
    super(text.en);
    this.name = 'BundleError';
    this.text = text;
  }
}

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
  readonly #paths: ReadonlyMap<BundleFile, string>;

  constructor(folder: string, index: z.infer<typeof indexSchema>) {
    this.#folder = folder;
    this.arch = index.arch;
    this.kubernetes = index.kubernetes;
    this.#paths = new Map(index.files.map((entry) => [bundleFile(folder, entry), join(folder, entry.path)]));
    this.#files = [...this.#paths.keys()];
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
    const path = this.#paths.get(entry) ?? '';
    const text = await readFile(path, 'utf8');
    if (sha256Of(text) !== entry.sha256) throw damaged(path);
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

function bundleFile(folder: string, entry: z.infer<typeof fileSchema>): BundleFile {
  const { kind, name, version, sha256, images = [], packed } = entry;
  const path = join(folder, entry.path);
  // programs are verified on the machine, once they are unpacked
  const open = kind === 'images' ? verified(path, sha256) : fileInput(packed ? join(folder, packed.path) : path);
  return { kind, name, version, sha256, images, packed: packed !== undefined, size: packed?.size ?? entry.size, open };
}

/** A file as a command's input, that ends in an error before its last byte when it has another hash. */
function verified(path: string, sha256: string): () => Readable {
  return () => {
    const hash = createHash('sha256');
    const checked = new Transform({
      readableHighWaterMark: PIECE,
      writableHighWaterMark: PIECE,
      transform(piece: Buffer, _encoding, done) {
        hash.update(piece);
        done(null, piece);
      },
      flush(done) {
        done(hash.digest('hex') === sha256 ? null : damaged(path));
      },
    });
    const source = createReadStream(path, { highWaterMark: PIECE });
    source.on('error', (error) => checked.destroy(error));
    return source.pipe(checked);
  };
}

async function readIndex(folder: string): Promise<z.infer<typeof indexSchema>> {
  try {
    return indexSchema.parse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')));
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new BundleError({
      en: `The bundle ${folder} has no usable index.json (${why}): make the bundle again.`,
      ja: `バンドル ${folder} に使える index.json がありません (${why})。バンドルを作り直してください。`,
    });
  }
}

async function complete(folder: string, entry: z.infer<typeof fileSchema>): Promise<void> {
  for (const { path, size } of [entry, ...(entry.packed ? [entry.packed] : [])]) {
    const file = join(folder, path);
    const found = await stat(file).then(
      (stats) => stats.size,
      () => -1,
    );
    if (found !== size) throw damaged(file);
  }
}

function notOfCatalogue(folder: string, { path, found, wanted }: Misfit): BundleError {
  const file = join(folder, path);
  return new BundleError({
    en: `${file} is not what goes with this Hoplab (found ${found}, the catalogue wants ${wanted}): choose a bundle that was made for this version of Hoplab, or make it again.`,
    ja: `${file} はこの Hoplab に合いません（実際: ${found}、カタログ: ${wanted}）。このバージョンの Hoplab 用に作られたバンドルを選ぶか、作り直してください。`,
  });
}

function otherVersion(folder: string, found: string, wanted: string): BundleError {
  return new BundleError({
    en: `The bundle ${folder} holds Kubernetes ${found}, the lab file asks for v${wanted}: choose the bundle of that version, or change kubernetes.version.`,
    ja: `バンドル ${folder} の Kubernetes は ${found} ですが、ラボファイルは v${wanted} を求めています。そのバージョンのバンドルを選ぶか、kubernetes.version を変えてください。`,
  });
}

function damaged(path: string): BundleError {
  return new BundleError({
    en: `${path} is not the file that the bundle's index.json describes (size or sha256): copy or make the bundle again.`,
    ja: `${path} はバンドルの index.json が示すファイルと異なります（サイズまたは sha256）。バンドルをコピーし直すか、作り直してください。`,
  });
}
