import { networkSettings } from '../../src-main/downloads/network-settings.ts';
import { Registry } from '../../src-main/downloads/registry.ts';
import { webClient } from '../../src-main/downloads/web-client.ts';
import type { Network } from './served.ts';

/** The publishers themselves, by Hoplab's own clients; with a base address, a mirror of all of them. Proxies are the environment's. */
export async function publishers(base?: string): Promise<Network> {
  const web = webClient(await networkSettings({ mirrors: base }));
  const registry = new Registry(web);
  return {
    fetch: (url, request) => web.fetch(url, request),
    manifest: (reference) => registry.manifest(reference),
  };
}
