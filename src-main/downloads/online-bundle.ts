import { bundleOf, findFile, type Bundle } from '../bundle/bundle.ts';
import type { Arch, BundleIndex } from '../bundle/bundle-index.ts';
import { labCatalogue } from '../bundle/lab-catalogue.ts';
import { withOwn, type OwnImages } from '../bundle/own-images.ts';
import { publishedFiles } from '../bundle/published-files.ts';
import { version } from '../version.ts';
import { Downloads, type DownloadItem, type DownloadProgress } from './downloads.ts';
import { resolveIndex, type Sources } from './resolve-index.ts';

/** Told while downloads go on, and how they ended: bytes that came, and milliseconds. */
export interface DownloadListener {
  progress(progress: DownloadProgress): void;
  finished(bytes: number, duration: number): void;
}

/**
 * What is installed, as its publishers have it. Manifests are downloaded when a decision asks for one; all the rest together, as soon
 * as a change needs something of it that is not in the cache.
 */
export interface OnlineBundle extends Bundle {
  /** All that there is, and what is in the cache of it. @throws DownloadError */
  items(signal: AbortSignal): Promise<readonly DownloadItem[]>;
  /** From now on until it is taken back by the function that is returned. One at a time. */
  listen(listener: DownloadListener): () => void;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** What a lab installs. */
export interface OnlineWanted {
  /** Version of Kubernetes, without `v`. */
  readonly kubernetes: string;
  readonly arch: readonly Arch[];
  /** The images of the app's versions, which are the user's choice: what a tag names is asked once, and is then in the cache. */
  readonly apps: readonly string[];
  /** Images that are taken from archives, and from no registry. */
  readonly own?: OwnImages | undefined;
}

/** Nothing is asked of the network, or of the cache, until somebody needs what the catalogue does not say. */
export function openOnline(
  { kubernetes, arch, apps, own }: OnlineWanted,
  sources: Sources,
  signal: AbortSignal,
): OnlineBundle {
  const { cache, web } = sources;
  const catalogue = labCatalogue(kubernetes, apps, own);
  const files = publishedFiles(catalogue, arch);
  const told: Told = {};
  const resolve = async () => {
    const index = await resolveIndex({ kubernetes, arch, catalogue, hoplab: version }, sources, signal);
    const all = new WholeSet(index, { ...sources, signal, told });
    const { index: whole, blobs } = withOwn({ index, blobs: cache }, own);
    const bring = async (sha256s: readonly string[]) => all.bring(await lacking(own, sha256s));
    return { all, bundle: bundleOf(whole, blobs, cache.folder, bring) };
  };
  let known: ReturnType<typeof resolve> | undefined;
  const resolved = (): ReturnType<typeof resolve> => {
    known ??= resolve().catch((error: unknown) => {
      known = undefined; // the network may come
      throw error;
    });
    return known;
  };
  const images = [...(own?.images ?? []), ...Object.values(catalogue).flatMap((component) => component.images)];
  return {
    arch,
    kubernetes: `v${kubernetes}`,
    references: new Set(images.map(({ reference }) => reference)),
    version: (name) => findFile(files, { name, where: cache.folder }).version,
    file: async (name, of) => (await resolved()).bundle.file(name, of),
    manifest: async (name) => (await resolved()).bundle.manifest(name),
    images: async (references, of) => (await resolved()).bundle.images(references, of),
    items: async (asking) => (await resolved()).all.downloads.items(asking),
    listen: (listener) => {
      told.listener = listener;
      return () => {
        if (told.listener === listener) delete told.listener;
      };
    },
    close: () => web.close(),
  };
}

/** Who is told of downloads, which may be somebody before anything is known of them. */
interface Told {
  listener?: DownloadListener;
}

async function lacking(own: OwnImages | undefined, sha256s: readonly string[]): Promise<readonly string[]> {
  if (!own) return sha256s;
  const sizes = await Promise.all(sha256s.map((sha256) => own.blobs.size(sha256)));
  return sha256s.filter((_, at) => sizes[at] === undefined);
}

class WholeSet {
  readonly downloads: Downloads;
  readonly #manifests: Downloads;
  readonly #index: BundleIndex;
  readonly #sources: Sources & { readonly signal: AbortSignal; readonly told: Told };
  #run: Promise<void> | undefined;

  constructor(index: BundleIndex, sources: Sources & { signal: AbortSignal; told: Told }) {
    this.#index = index;
    this.#sources = sources;
    this.downloads = new Downloads(index, sources);
    const manifests = index.files.filter(({ kind }) => kind === 'manifest');
    this.#manifests = new Downloads({ ...index, files: manifests, images: [] }, sources);
  }

  /** Waits until blobs are in the cache; what has not begun yet begins. @throws DownloadError */
  async bring(sha256s: readonly string[]): Promise<void> {
    const { cache } = this.#sources;
    const sizes = await Promise.all(sha256s.map((sha256) => cache.size(sha256)));
    if (sizes.includes(undefined)) {
      const files = this.#index.files.filter(({ sha256 }) => sha256s.includes(sha256));
      const light = files.length === sha256s.length && files.every(({ kind }) => kind === 'manifest');
      if (light) await this.#manifests.fetch({ signal: this.#sources.signal, onProgress: () => undefined });
      else {
        this.#run ??= this.#fetch().finally(() => (this.#run = undefined));
        await Promise.race([this.#run, this.downloads.arrived(sha256s)]);
      }
    }
    const programs = this.#index.files.filter(({ sha256, kind }) => kind === 'binary' && sha256s.includes(sha256));
    await Promise.all(programs.map(({ sha256 }) => cache.pack(sha256)));
  }

  async #fetch(): Promise<void> {
    const started = performance.now();
    let first: number | undefined;
    let last = 0;
    await this.downloads.fetch({
      signal: this.#sources.signal,
      onProgress: (progress) => {
        first ??= progress.bytes;
        last = progress.bytes;
        this.#sources.told.listener?.progress(progress);
      },
    });
    this.#sources.told.listener?.finished(last - (first ?? last), Math.round(performance.now() - started));
  }
}
