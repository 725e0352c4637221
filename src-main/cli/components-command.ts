import { existsSync } from 'node:fs';
import { readBundle } from '../bundle/bundle.ts';
import type { Vouched } from '../bundle/bundle-index.ts';
import { components, readCatalogue } from '../bundle/catalogue.ts';
import { bundleComponents, catalogueComponents, withOwnComponents } from '../bundle/list-components.ts';
import { comparedWithPins } from '../bundle/pins.ts';
import type { InstalledComponent } from '../contract/components.ts';
import type { Text } from '../contract/text.ts';
import { labImages } from '../engine/lab-access.ts';
import { requireVersion } from '../engine/require-version.ts';
import type { Lab } from '../lab/lab.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import type { Settings } from './command-settings.ts';
import { paint } from './terminal.ts';

export interface ComponentsFlags {
  /** A version of Kubernetes, without `v`, whatever the lab file says. */
  readonly kubernetes?: string;
  /** The lab file was named by the user, and has to be there. */
  readonly named: boolean;
}

/**
 * Prints what is installed, from where and vouched for by whom: of the lab file's bundle, else as the catalogue has it, and of its archives.
 * @throws LabFileError, BundleError, UsageError
 */
export async function componentsCommand(settings: Settings, flags: ComponentsFlags): Promise<number> {
  const { terminal, language, json, verbose } = settings;
  const rows = await installed(settings, flags);
  if (json) {
    for (const row of rows) terminal.printJson(row);
    return 0;
  }
  const [first] = rows;
  if (first) terminal.print(origin(first)[language]);
  for (const line of table([HEADER.map((title) => title[language]), ...rows.map((row) => cells(row)[language])]))
    terminal.print(line);
  if (!verbose) return 0;
  for (const row of rows) {
    terminal.print(
      `\n${paint.bold(row.component)} ${row.version ?? ''} · ${row.publisher ?? '–'} · ${row.page ?? '–'}`,
    );
    for (const part of partsOf(row))
      terminal.print(`  ${part.sum ?? '–'}  ${VOUCHED[part.vouched][language]}  ${part.where}`);
  }
  return 0;
}

async function installed({ file, recording }: Settings, { kubernetes, named }: ComponentsFlags) {
  const catalogue = readCatalogue();
  if (kubernetes !== undefined) requireVersion(kubernetes);
  if (kubernetes !== undefined || recording || !(named || existsSync(file)))
    return catalogueComponents(kubernetes ?? catalogue.default);
  const lab = await readLabFile(file, { bundle: 'later' });
  const { images } = await labImages(lab);
  return withOwnComponents(await ofSource(lab), images, lab.kubernetes.version);
}

async function ofSource({ source, kubernetes: { version } }: Lab): Promise<readonly InstalledComponent[]> {
  if (source === 'online') return catalogueComponents(version);
  const all = components(version);
  const index = await comparedWithPins(await readBundle(source.bundle), all);
  return bundleComponents(source.bundle, index, all);
}

function origin({ kubernetes, bundle }: InstalledComponent): Text {
  if (bundle !== null)
    return {
      en: `Kubernetes ${kubernetes}, from the bundle ${bundle}`,
      ja: `Kubernetes ${kubernetes} (バンドル ${bundle})`,
    };
  return { en: `Kubernetes ${kubernetes}, from the catalogue`, ja: `Kubernetes ${kubernetes} (カタログ)` };
}

const HEADER: readonly Text[] = [
  { en: 'component', ja: 'コンポーネント' },
  { en: 'version', ja: 'バージョン' },
  { en: 'licence', ja: 'ライセンス' },
  { en: 'SHA-256', ja: 'SHA-256' },
  { en: 'from', ja: '取得元' },
  { en: 'files and images', ja: 'ファイルとイメージ' },
];

const VOUCHED: Readonly<Record<Vouched, Text>> = {
  hoplab: { en: 'pinned', ja: '固定' },
  publisher: { en: "publisher's", ja: '公開元' },
  maker: { en: "bundle's", ja: 'バンドル' },
};

/** The cells of a row: a component with several kinds of sums names each. */
function cells(row: InstalledComponent): Readonly<Record<'en' | 'ja', readonly string[]>> {
  const { component, version, licence, hosts, files, images } = row;
  const names = [...new Set(files.map(({ name }) => name)), ...images.map(({ reference }) => shortName(reference))];
  const kinds = (Object.keys(VOUCHED) as Vouched[]).filter((kind) =>
    partsOf(row).some(({ vouched }) => vouched === kind),
  );
  const ofLanguage = (language: 'en' | 'ja') => [
    component,
    version ?? '–',
    licence ?? '–',
    kinds.map((kind) => VOUCHED[kind][language]).join(', '),
    hosts.join(', ') || (row.bundle ?? ''),
    names.join(', '),
  ];
  return { en: ofLanguage('en'), ja: ofLanguage('ja') };
}

/** `kube-proxy` of `registry.k8s.io/kube-proxy:v1.37.1` */
function shortName(reference: string): string {
  return reference.split('/').at(-1)?.split(/[:@]/, 1)[0] ?? '';
}

function partsOf({ files, images }: InstalledComponent) {
  return [
    ...files.map(({ sha256, url, vouched }) => ({ sum: sha256, where: url, vouched })),
    ...images.map(({ digest, reference, vouched }) => ({
      sum: digest?.replace('sha256:', '') ?? null,
      where: reference,
      vouched,
    })),
  ];
}

/** Lines with columns as wide as their widest cell; the last is as it is. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Columns of a terminal: Japanese characters take two. */
function width(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (/[\u3000-\u9fff\uff00-\uff60]/.test(character) ? 2 : 1), 0);
}
