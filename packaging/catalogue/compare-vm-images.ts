import {
  allVmImages,
  sumsBeside,
  type PublishedVmImage,
  type VmImageCatalogue,
} from '../../src-main/bundle/vm-image-catalogue.ts';
import type { Row } from './compare.ts';
import { sizeOf, type Network } from './served.ts';
import { publishedSum } from '../../src-main/downloads/published-sum.ts';

/** What differs from the publishers' own sums, or could not be read: a dated folder that is gone is to be replaced by a newer one. */
export async function compareVmImages(
  catalogue: VmImageCatalogue,
  network: Network,
  onAsk?: (where: string) => void,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const image of allVmImages(catalogue)) {
    onAsk?.(image.url);
    try {
      rows.push(...(await compareOne(image, network)));
    } catch (error) {
      rows.push({
        where: image.url,
        what: image.sum.algorithm,
        problem: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return rows.filter(({ pinned, served, problem }) => problem !== undefined || pinned !== served);
}

async function compareOne({ url, sum, size }: PublishedVmImage, network: Network): Promise<readonly Row[]> {
  const { algorithm, hex } = sum;
  const { signal } = new AbortController();
  const served = await publishedSum(network, sumsBeside(url, sum), url, { signal, algorithm });
  const found = await sizeOf(network, url);
  const rows: Row[] = [{ where: url, what: algorithm, pinned: hex, served }];
  if (size !== undefined && found.size !== undefined)
    rows.push({ where: url, what: 'size', pinned: size, served: found.size });
  return rows;
}
