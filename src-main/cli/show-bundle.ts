import { resolve } from 'node:path';
import { isImageArchive, readBundle } from '../bundle/bundle.ts';
import type { BundleIndex, IndexFile } from '../bundle/bundle-index.ts';
import { components, readCatalogue } from '../bundle/catalogue.ts';
import type { OwnImage } from '../bundle/own-images.ts';
import { comparedWithPins } from '../bundle/pins.ts';
import { readImageArchive } from '../bundle/read-image-archive.ts';
import type { BundleLine } from '../contract/bundles.ts';
import { inUnits } from '../contract/in-units.ts';
import type { Text } from '../contract/text.ts';
import type { Settings } from './command-settings.ts';

/** What a bundle says that is in it, or which images are in an archive that other tools made. @throws BundleError */
export async function bundleShow({ terminal, language, json }: Settings, at: string): Promise<number> {
  const place = resolve(at);
  if (await isImageArchive(place)) {
    const { images } = await readImageArchive(place);
    if (json) terminal.printJson(archiveLine(place, images));
    else
      for (const { reference, digest, archs } of images)
        terminal.print(`${reference}  ${digest.slice(0, 19)}  ${archs.join(', ')}`);
    return 0;
  }
  const read = await readBundle(place);
  const version = read.index.kubernetes.replace(/^v/, '');
  const known = version in readCatalogue().kubernetes ? components(version) : undefined;
  const index = await comparedWithPins(read, known);
  if (json) {
    terminal.printJson({ event: 'bundle', ...index, images: [...index.images] } satisfies BundleLine);
    return 0;
  }
  const head: Text = {
    en: `Kubernetes ${index.kubernetes} for ${index.arch.join(', ')}, made ${index.made.slice(0, 10)} by Hoplab ${index.hoplab}`,
    ja: `Kubernetes ${index.kubernetes} (${index.arch.join(', ')})、${index.made.slice(0, 10)} に Hoplab ${index.hoplab} が作成`,
  };
  terminal.print(head[language]);
  for (const { name, version: of, arch, size, ...by } of index.files)
    terminal.print(`  ${[name, of, arch ?? '', inUnits(size)].join('  ')}  ${vouchedText(by)[language]}`);
  for (const { reference, digest, ...by } of index.images)
    terminal.print(`  ${reference}  ${digest.slice(0, 19)}  ${vouchedText(by)[language]}`);
  return 0;
}

function archiveLine(place: string, images: readonly OwnImage[]): BundleLine {
  const told = images.map(({ reference, digest, archs }) => ({ reference, digest, arch: [...archs] }));
  return { event: 'image-archive', place, images: told };
}

function vouchedText({ vouched, seen }: Pick<IndexFile, 'vouched' | 'seen'>): Text {
  if (vouched !== 'maker' || seen === undefined) return VOUCHED[vouched];
  const day = seen.slice(0, 10);
  return {
    en: `${VOUCHED.maker.en}, as read from its publisher on ${day}`,
    ja: `${VOUCHED.maker.ja} (${day} に公開元から取得)`,
  };
}

const VOUCHED: Record<BundleIndex['files'][number]['vouched'], Text> = {
  hoplab: { en: 'pinned by Hoplab', ja: 'Hoplab が固定' },
  publisher: { en: 'vouched for by its publisher', ja: '公開元が保証' },
  maker: { en: 'vouched for by the maker of the bundle', ja: 'バンドルの作成者が保証' },
};
