import type { Catalogue, CatalogueFile, CatalogueImage, ComponentName } from '../../src-main/bundle/catalogue.ts';
import { archSchema, type Arch } from '../../src-main/bundle/bundle-index.ts';
import { isPerArch, publishedOf, type PublishedFile } from '../../src-main/bundle/published-files.ts';
import { servedFile, servedImage, type Network } from './served.ts';

/** A value of the catalogue that its publisher does not have, or has and the catalogue has not. */
export interface Row {
  /** An address or a reference. */
  readonly where: string;
  readonly what: 'sha256' | 'sha512' | 'size' | 'digest' | `${'manifest' | 'size'} ${Arch}`;
  readonly pinned?: string | number | undefined;
  /** Absent: it could not be read; see `problem`. */
  readonly served?: string | number | undefined;
  readonly problem?: string;
}

export interface Compared {
  /** What differs, or could not be read. */
  readonly differences: readonly Row[];
  /** What the catalogue did not have. */
  readonly unknown: readonly Row[];
  /** The catalogue with those filled in. What differs stays as it is: somebody has to look at it. */
  readonly catalogue: Catalogue;
}

export interface CompareOptions {
  /** Reads every file to its end. Files whose hash is not known, or has no sum beside it, are read in any case. */
  readonly whole?: boolean;
  /** Is told of each address before it is asked. */
  readonly onAsk?: (where: string) => void;
}

type Versions = Catalogue['components'][ComponentName];

/** Asks every publisher for every file and image, one after the other. */
export async function compare(catalogue: Catalogue, network: Network, options: CompareOptions = {}): Promise<Compared> {
  const filled = structuredClone(catalogue);
  const rows: Row[] = [];
  const ask = async (where: string, work: () => Promise<readonly Row[]>): Promise<void> => {
    options.onAsk?.(where);
    try {
      rows.push(...(await work()));
    } catch (error) {
      rows.push({ where, what: 'sha256', problem: error instanceof Error ? error.message : String(error) });
    }
  };
  for (const [component, { versions }] of Object.entries(filled.components) as [ComponentName, Versions][]) {
    for (const [version, { files, images }] of Object.entries(versions)) {
      for (const file of files)
        for (const published of publishedOf(file, { component, version: `v${version}` }))
          await ask(published.url, () => fillFile(file, published, { network, whole: options.whole ?? false }));
      for (const image of images) await ask(image.reference, () => fillImage(image, network));
    }
  }
  const differs = ({ pinned, served, problem }: Row) =>
    problem !== undefined || (pinned !== undefined && pinned !== served);
  return {
    differences: rows.filter(differs),
    unknown: rows.filter((row) => !differs(row) && row.pinned === undefined),
    catalogue: filled,
  };
}

interface How {
  readonly network: Network;
  readonly whole: boolean;
}

async function fillFile(file: CatalogueFile, of: PublishedFile, { network, whole }: How): Promise<readonly Row[]> {
  const served = await servedFile(network, of, whole || of.sha256 === undefined);
  const rows: Row[] = [];
  for (const what of ['sha256', 'size'] as const) {
    if (served[what] === undefined) continue; // a server that does not say the length
    rows.push({ where: of.url, what, pinned: of[what], served: served[what] });
    if (of[what] === undefined) fill(file, what, { arch: of.arch, value: served[what] });
  }
  return rows;
}

function fill(
  file: CatalogueFile,
  what: 'sha256' | 'size',
  { arch, value }: { arch: Arch | undefined; value: string | number },
): void {
  const known = file[what];
  const filled = isPerArch(file) && arch ? { ...(typeof known === 'object' ? known : {}), [arch]: value } : value;
  Object.assign(file, { [what]: filled });
}

async function fillImage(image: CatalogueImage, network: Network): Promise<readonly Row[]> {
  const where = image.reference;
  const served = await servedImage(network, where);
  const rows: Row[] = [{ where, what: 'digest', pinned: image.digest, served: served.digest }];
  image.digest ??= served.digest;
  for (const [key, what] of [
    ['manifests', 'manifest'],
    ['size', 'size'],
  ] as const) {
    for (const arch of archSchema.options) {
      const [pinned, found] = [valueOf(image[key], arch), valueOf(served[key], arch)];
      if (pinned === undefined && found === undefined) continue;
      rows.push({ where, what: `${what} ${arch}`, pinned, served: found });
      if (pinned === undefined) Object.assign(image, { [key]: { ...(image[key] as object), [arch]: found } });
    }
  }
  return rows;
}

function valueOf(
  values: CatalogueImage['manifests'] | CatalogueImage['size'],
  arch: Arch,
): string | number | undefined {
  return typeof values === 'object' ? values[arch] : values;
}
