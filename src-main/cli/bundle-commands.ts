import { resolve } from 'node:path';
import { readBundle } from '../bundle/bundle.ts';
import { archSchema, OWN_ARCH, type Arch } from '../bundle/bundle-index.ts';
import { components } from '../bundle/catalogue.ts';
import { compareBundles, compareWithCatalogue, type BundleDifference } from '../bundle/compare-bundles.ts';
import { verifyBundle } from '../bundle/verify-bundle.ts';
import { inUnits } from '../contract/in-units.ts';
import type { Text } from '../contract/text.ts';
import { createBundle } from '../engine/create-bundle.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { downloadLine } from './download-line.ts';
import { LiveLine } from './live-line.ts';
import { paint } from './terminal.ts';
import { untilSignal } from './until-signal.ts';

export interface CreateFlags {
  /** Separated by commas; default: of this computer. */
  readonly arch?: string;
  readonly kubernetes?: string;
  /** Whether the user named a lab file: how publishers are reached is then as it says. */
  readonly named: boolean;
}

/** Downloads everything and writes it as one file. @throws UsageError, LabFileError, DownloadError */
export async function bundleCreate(settings: Settings, out: string | undefined, flags: CreateFlags): Promise<number> {
  const { terminal, language, json } = settings;
  const arch = archsOf(flags.arch);
  const stop = new AbortController();
  const release = untilSignal(stop);
  const live = new LiveLine(settings);
  try {
    const { file, bytes, index } = await createBundle(
      { ...flags, arch, out, labFile: flags.named ? settings.file : undefined },
      {
        signal: stop.signal,
        onDownload: (progress) => live.show(downloadLine(progress)[language]),
        onWrite: (done, total) => live.show(written(done, total)[language]),
      },
    );
    live.clear();
    const text: Text = {
      en: `Wrote ${file}: Kubernetes ${index.kubernetes} for ${index.arch.join(', ')}, ${inUnits(bytes)}. Install from it with source: { bundle: ${file} }.`,
      ja: `${file} を書いた: Kubernetes ${index.kubernetes} (${index.arch.join(', ')})、${inUnits(bytes)}。source: { bundle: ${file} } と書けば、ここからインストールできる。`,
    };
    if (json)
      terminal.printJson({ event: 'bundle-created', file, bytes, kubernetes: index.kubernetes, arch: index.arch });
    else terminal.print(text[language]);
    return 0;
  } finally {
    live.clear();
    release();
  }
}

/** Reads every byte of a bundle. Exit code 1 where one is missing or wrong. @throws BundleError */
export async function bundleVerify(settings: Settings, place: string): Promise<number> {
  const { terminal, language, json } = settings;
  const live = new LiveLine(settings);
  const { blobs, bytes, problems } = await verifyBundle(resolve(place), (read) => {
    live.show({ en: `Verified ${inUnits(read)}`, ja: `${inUnits(read)} をチェックした` }[language]);
  }).finally(() => live.clear());
  if (json) {
    terminal.printJson({ event: 'bundle-verified', blobs, bytes, problems: problems.map(({ text }) => text) });
    return problems.length === 0 ? 0 : 1;
  }
  for (const { text } of problems) terminal.print(`${paint.red('✗')} ${text[language]}`);
  const summary: Text = {
    en: `${blobs} files and layers, ${inUnits(bytes)}: ${problems.length === 0 ? 'each has its sha256' : `${problems.length} missing or damaged`}`,
    ja: `ファイルとレイヤー ${blobs} 個、${inUnits(bytes)}: ${problems.length === 0 ? 'すべて sha256 が一致' : `${problems.length} 個が不足または破損`}`,
  };
  terminal.print(summary[language]);
  return problems.length === 0 ? 0 : 1;
}

/** What two bundles have differently, or a bundle and the catalogue. Exit code 1 where something differs. @throws BundleError */
export async function bundleDiff(settings: Settings, one: string, other: string | undefined): Promise<number> {
  const { terminal, language, json } = settings;
  const left = await readBundle(resolve(one));
  const right = other === undefined ? undefined : await readBundle(resolve(other));
  const differences = right
    ? compareBundles(left.index, right.index)
    : compareWithCatalogue(left.index, components(left.index.kubernetes.replace(/^v/, '')));
  if (json) for (const difference of differences) terminal.printJson({ event: 'bundle-difference', ...difference });
  else for (const difference of differences) terminal.print(row(difference));
  const none: Text = { en: 'No difference.', ja: '違いはありません。' };
  if (!json && differences.length === 0) terminal.print(none[language]);
  return differences.length === 0 ? 0 : 1;
}

function row({ what, one, other }: BundleDifference): string {
  return [what, paint.red(`- ${one ?? ''}`), paint.green(`+ ${other ?? ''}`)].join('  ');
}

function archsOf(text: string | undefined): readonly Arch[] {
  if (text === undefined) return [OWN_ARCH];
  return text.split(',').map((name) => {
    const arch = archSchema.safeParse(name.trim());
    if (arch.success) return arch.data;
    throw new UsageError({
      en: `There is no architecture ${name}: write --arch amd64, --arch arm64 or --arch amd64,arm64.`,
      ja: `${name} というアーキテクチャはありません。--arch amd64、--arch arm64、--arch amd64,arm64 のいずれかです。`,
    });
  });
}

function written(done: number, total: number): Text {
  return {
    en: `  Writing the bundle: ${inUnits(done)} of ${inUnits(total)}`,
    ja: `  バンドルを書いている: ${inUnits(total)} のうち ${inUnits(done)}`,
  };
}
