import type { ChainEndpoint, ServiceChain } from './service-chains.ts';

/** The ways into Services in what `nft list table ip kube-proxy` prints; other lines are passed over. */
export function nftablesChains(text: string): readonly ServiceChain[] {
  const chains = chainsOf(text);
  return [...text.matchAll(ENTRY)].flatMap(([, first = '', second = '', third, chain = '']) => {
    const [, service] = /^(?:service|external|firewall)-[A-Z0-9]{8}-([^/]+\/[^/]+)\//.exec(chain) ?? [];
    if (service === undefined) return [];
    const nodePort = third === undefined;
    const path = pathFrom(chain, chains);
    return {
      service,
      match: nodePort ? `*:${second}` : `${first}:${third}`,
      protocol: (nodePort ? first : second).toUpperCase(),
      chains: ['services', ...path],
      endpoints: endpointsOf(chains.get(path.at(-1) ?? '') ?? []),
    };
  });
}

/** An element of `service-ips`, `10.96.0.10 . tcp . 53 : goto CHAIN`, or of `service-nodeports`: `tcp . 30080 : goto CHAIN`. */
const ENTRY = /([\w.]+) \. (\w+)(?: \. (\d+))? : goto (\S+?)(?=[,\s}])/g;

type Chains = ReadonlyMap<string, readonly string[]>;

function chainsOf(text: string): Chains {
  return new Map(
    [...text.matchAll(/^\tchain (\S+) \{\n(.*?)^\t\}/gms)].map(([, name = '', body = '']) => [
      name,
      body.split('\n').map((line) => line.trim()),
    ]),
  );
}

/** Where a packet from outside goes on to: out of `external-…` by the rule that takes everybody. */
function pathFrom(chain: string, chains: Chains): readonly string[] {
  const next = chains.get(chain)?.flatMap((line) => /^goto (\S+)/.exec(line)?.[1] ?? [])[0];
  return next === undefined ? [chain] : [chain, next];
}

/** `dnat to 10.244.3.5:80`, or one of several by chance: `numgen random mod 2 map { 0 : 10.244.0.2 . 53, 1 : … }`. */
function endpointsOf(lines: readonly string[]): readonly ChainEndpoint[] {
  const line = lines.find((one) => one.includes(' dnat ') && !one.includes('@')) ?? '';
  const [, alone] = /dnat to (\S+)/.exec(line) ?? [];
  if (alone !== undefined) return [{ address: alone, share: 1 }];
  const several = [...line.matchAll(/\d+ : ([\d.]+) \. (\d+)/g)];
  return several.map(([, address = '', port = '']) => ({ address: `${address}:${port}`, share: 1 / several.length }));
}
