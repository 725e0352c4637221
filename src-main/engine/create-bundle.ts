import { resolve } from 'node:path';
import type { Arch, BundleIndex } from '../bundle/bundle-index.ts';
import { components, readCatalogue } from '../bundle/catalogue.ts';
import { labCatalogue } from '../bundle/lab-catalogue.ts';
import { requireArch, withOwn } from '../bundle/own-images.ts';
import { tarSize } from '../bundle/tar-pack.ts';
import { bundleFiles, writeBundle } from '../bundle/write-bundle.ts';
import { Downloads, type DownloadProgress } from '../downloads/downloads.ts';
import { resolveIndex } from '../downloads/resolve-index.ts';
import { userImages } from '../lab/own-apps.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { version as hoplab } from '../version.ts';
import { hoplabHome } from './home.ts';
import { prepareHome } from './prepare-home.ts';
import { labImages, labNetwork, sourcesOf } from './lab-access.ts';
import { requireVersion } from './require-version.ts';

export interface BundleWanted {
  readonly arch: readonly Arch[];
  /** Without `v`; default: the lab file's, else that of the catalogue. */
  readonly kubernetes?: string | undefined;
  /** A lab file, which says how publishers are reached, and which images there are beside the catalogue's. */
  readonly labFile?: string | undefined;
  /** Default: `hoplab-VERSION-ARCH.tar` in the working folder. */
  readonly out?: string | undefined;
}

export interface CreateOptions {
  readonly signal: AbortSignal;
  readonly onDownload: (progress: DownloadProgress) => void;
  readonly onWrite: (bytes: number, total: number) => void;
}

/** Downloads all that goes with a version of Kubernetes or with a lab, and writes it as one file. @throws LabFileError, Refused, DownloadError, BundleError */
export async function createBundle(
  { arch, kubernetes, labFile, out }: BundleWanted,
  { signal, onDownload, onWrite }: CreateOptions,
): Promise<{ file: string; bytes: number; index: BundleIndex }> {
  const lab = labFile === undefined ? undefined : await readLabFile(labFile, { bundle: 'later' });
  const version = kubernetes ?? lab?.kubernetes.version ?? readCatalogue().default;
  requireVersion(version);
  const file = resolve(out ?? `hoplab-v${version}-${arch.join('-')}.tar`);
  prepareHome(hoplabHome());
  const own = lab && (await labImages({ ...lab, kubernetes: { ...lab.kubernetes, version } }));
  for (const image of own?.images ?? []) for (const one of arch) requireArch(image, one);
  const catalogue = lab ? labCatalogue(version, userImages(lab), own) : components(version);
  const sources = sourcesOf(hoplabHome(), await labNetwork(lab ?? { network: { mirrors: { hosts: {} } } }));
  try {
    const found = await resolveIndex({ kubernetes: version, arch, catalogue, hoplab }, sources, signal);
    await new Downloads(found, sources).fetch({ signal, onProgress: onDownload });
    for (const { kind, sha256 } of found.files) if (kind === 'binary') await sources.cache.pack(sha256);
    const { index, blobs } = withOwn({ index: found, blobs: sources.cache }, own);
    const files = await bundleFiles(index, blobs);
    await writeBundle(file, files, { signal, onBytes: onWrite });
    return { file, bytes: tarSize(files), index };
  } finally {
    await sources.web.close();
  }
}
