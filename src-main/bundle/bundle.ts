import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { z } from 'zod';
import type { Text } from '../contract/text.ts';
import { PIECE, sha256Of } from '../machines/upload.ts';

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

export type BundleFile = Omit<z.infer<typeof fileSchema>, 'packed'> & {
  /** Absolute path. */
  readonly file: string;
  readonly packed?: { readonly file: string; readonly size: number } | undefined;
};

/** A bundle that cannot be used: the user has to mend it. */
export class BundleError extends Error {
  readonly text: Text;
  constructor(text: Text) {
    super(text.en);
    this.name = 'BundleError';
    this.text = text;
  }
}

/** A folder with all that an installation needs, for machines without internet. */
export class Bundle {
  readonly arch: 'amd64' | 'arm64';
  /** With `v`: `v1.37.1`. */
  readonly kubernetes: string;
  readonly #folder: string;
  readonly #files: readonly BundleFile[];

  private constructor(folder: string, index: z.infer<typeof indexSchema>) {
    this.#folder = folder;
    this.arch = index.arch;
    this.kubernetes = index.kubernetes;
    this.#files = index.files.map(({ packed, ...entry }) => ({
      ...entry,
      file: join(folder, entry.path),
      packed: packed && { file: join(folder, packed.path), size: packed.size },
    }));
  }

  /** Reads the index and looks whether each file is there in its full size. Throws BundleError. */
  static async open(folder: string, version: string): Promise<Bundle> {
    const bundle = new Bundle(folder, await readIndex(folder));
    if (bundle.kubernetes !== `v${version}`) {
      throw new BundleError({
        en: `The bundle ${folder} holds Kubernetes ${bundle.kubernetes}, the lab file asks for v${version}: choose the bundle of that version, or change kubernetes.version.`,
        ja: `バンドル ${folder} の Kubernetes は ${bundle.kubernetes} ですが、ラボファイルは v${version} を求めています。そのバージョンのバンドルを選ぶか、kubernetes.version を変えてください。`,
      });
    }
    await Promise.all(bundle.#files.map(complete));
    return bundle;
  }

  ofKind(kind: BundleFile['kind']): readonly BundleFile[] {
    return this.#files.filter((file) => file.kind === kind);
  }

  file(kind: BundleFile['kind'], name: string): BundleFile {
    const found = this.#files.find((file) => file.kind === kind && file.name === name);
    if (found) return found;
    throw new BundleError({
      en: `The bundle ${this.#folder} has no ${kind} ${name}: make the bundle again.`,
      ja: `バンドル ${this.#folder} に ${kind} ${name} がありません。バンドルを作り直してください。`,
    });
  }

  /** A manifest's text, with its hash verified. */
  async manifest(name: string): Promise<{ text: string; version: string; sha256: string }> {
    const entry = this.file('manifest', name);
    const text = await readFile(entry.file, 'utf8');
    if (sha256Of(text) !== entry.sha256) throw damaged(entry);
    return { text, version: entry.version, sha256: entry.sha256 };
  }
}

/** A file of the bundle as a command's input. A file that is not what the index says ends in an error before its last byte. */
export function verifiedInput(entry: BundleFile): () => Readable {
  return () => {
    const hash = createHash('sha256');
    const verified = new Transform({
      readableHighWaterMark: PIECE,
      writableHighWaterMark: PIECE,
      transform(piece: Buffer, _encoding, done) {
        hash.update(piece);
        done(null, piece);
      },
      flush(done) {
        done(hash.digest('hex') === entry.sha256 ? null : damaged(entry));
      },
    });
    const source = createReadStream(entry.file, { highWaterMark: PIECE });
    source.on('error', (error) => verified.destroy(error));
    return source.pipe(verified);
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

async function complete(entry: BundleFile): Promise<void> {
  const size = await stat(entry.file).then(
    (found) => found.size,
    () => -1,
  );
  if (size !== entry.size) throw damaged(entry);
}

function damaged(entry: BundleFile): BundleError {
  return new BundleError({
    en: `${entry.file} is not the file that the bundle's index.json describes (size or sha256): copy or make the bundle again.`,
    ja: `${entry.file} はバンドルの index.json が示すファイルと異なります（サイズまたは sha256）。バンドルをコピーし直すか、作り直してください。`,
  });
}
