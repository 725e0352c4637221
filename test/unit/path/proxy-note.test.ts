import { describe, expect, it } from 'vitest';
import { pathOf, sampledReplies } from './sampled-path.ts';

/** What a path says of the proxy that the client's own curl asks. */
async function noted(target: string, stated: string): Promise<readonly string[]> {
  const replies = sampledReplies('iptables', (command, machine) =>
    machine === 'client' && command.includes('curlrc') ? { stdout: `${stated}==\n` } : undefined,
  );
  const { notes } = await pathOf(target, replies);
  return notes.map(({ en }) => en).filter((text) => text.startsWith('curl on'));
}

const FILE = '~/.curlrc:2:proxy = "http://proxy:3128"\n';

describe("a proxy that the client's own curl would ask for the address of a path", () => {
  it.each([
    [
      'http://192.168.2.200/',
      FILE,
      "curl on the client would use the proxy http://proxy:3128 for 192.168.2.200 (~/.curlrc line 2) and not take this path; Hoplab's own request does not use it.",
    ],
    ['http://url-shortener.staging.k8s.local/', FILE, 'for url-shortener.staging.k8s.local (~/.curlrc line 2)'],
    ['k8s-worker1:30080', FILE, 'for 192.168.2.11 (~/.curlrc line 2)'],
    ['https://192.168.2.200/', 'env https_proxy=http://proxy:3128\n', 'for 192.168.2.200 (https_proxy)'],
    ['curl --resolve a.example:80:192.168.2.200 http://a.example/', FILE, 'for a.example (~/.curlrc line 2)'],
  ])('%s is said', async (target, stated, says) => {
    expect(await noted(target, stated)).toEqual([expect.stringContaining(says)]);
  });

  it.each([
    ['http://192.168.2.200/', `${FILE}env no_proxy=192.168.2.0/24\n`],
    ['http://192.168.2.200/', 'env https_proxy=http://proxy:3128\n'],
    ['dns a.k8s.local @k8s-master', FILE],
    ['pod/shortener/shortener-service-9984dbfcf-8nnm6 -> 192.168.2.77:8123', FILE],
  ])('%s has none to say: %j', async (target, stated) => {
    expect(await noted(target, stated)).toEqual([]);
  });
});
