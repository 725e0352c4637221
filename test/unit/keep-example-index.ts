import { join } from 'node:path';
import type { Arch, IndexFile } from '../../src-main/bundle/bundle-index.ts';
import { components } from '../../src-main/bundle/catalogue.ts';
import { Cache } from '../../src-main/downloads/cache.ts';
import { keepIndex } from '../../src-main/downloads/kept-indexes.ts';

/**
 * Puts into the cache of a Hoplab folder what was found out online before for a lab of amd64 nodes: three files of a mirror, 130 MB, and
 * one of four bytes that is there.
 * @param whole without the three that are not there
 */
export async function keepExampleIndex(home: string, { whole = false } = {}): Promise<void> {
  const cache = new Cache(join(home, 'cache'));
  const arch: Arch[] = ['amd64'];
  const kubernetes = '1.37.1';
  const file = (name: string, sha256: string, size: number): IndexFile => ({
    ...{ component: 'kubernetes', name, kind: 'binary', arch: 'amd64', version: `v${kubernetes}` },
    ...{ url: `https://files.example.com/${name}`, sha256, size, vouched: 'hoplab' },
  });
  const lacking = [
    file('kubeadm', '1'.repeat(64), 50_000_000),
    file('kubelet', '2'.repeat(64), 60_000_000),
    file('kubectl', '3'.repeat(64), 20_000_000),
  ];
  const files = [...(whole ? [] : lacking), file('crictl', await cache.keep(Buffer.from('here')), 4)];
  const made = '2026-11-01T00:00:00Z';
  const index = { schema: 2 as const, kubernetes: `v${kubernetes}`, arch, made, hoplab: '0.1.0', files, images: [] };
  await keepIndex(cache.folder, { kubernetes, arch, catalogue: components(kubernetes) }, index);
}
