import { ipv4Address, ipv4Endpoint, portText } from './network-values.ts';
import type { ChainEndpoint, ServiceChain } from './service-chains.ts';

/** The ways into Services in what `nft list table ip kube-proxy` prints; other lines are passed over. */
export function nftablesChains(text: string): readonly ServiceChain[] {
  const lines = text.split('\n').map((line) => line.trim());
  const chains = chainsOf(lines);
  return lines.flatMap(entriesIn).flatMap(({ key, chain }) => {
    const [, service] = /^(?:service|external|firewall)-[A-Z0-9]{8}-([^/]+\/[^/]+)\//.exec(chain) ?? [];
    if (service === undefined) return [];
    const [first = '', second = '', third] = key;
    const nodePort = third === undefined;
    const path = pathFrom(chain, chains);
    return {
      service,
      match: nodePort ? `*:${portText.parse(second)}` : `${ipv4Address.parse(first)}:${portText.parse(third)}`,
      protocol: (nodePort ? first : second).toUpperCase(),
      chains: ['services', ...path],
      endpoints: endpointsOf(chains.get(path.at(-1) ?? '') ?? []),
    };
  });
}

interface Entry {
  readonly key: readonly string[];
  readonly chain: string;
}

/** Elements of `service-ips`, `10.96.0.10 . tcp . 53 : goto CHAIN`, or of `service-nodeports`: `tcp . 30080 : goto CHAIN`. */
function entriesIn(line: string): readonly Entry[] {
  if (!line.includes(' : goto ')) return [];
  const [, first = line] = line.split('elements = {', 2);
  return first.split(',').flatMap((element) => {
    const words = element.trim().split(/\s+/);
    const goto = words.indexOf('goto');
    const chain = words[goto + 1];
    if (words[goto - 1] !== ':' || chain === undefined) return [];
    return [{ key: words.slice(0, goto - 1).filter((word) => word !== '.'), chain }];
  });
}

/** The lines of each chain, by its name. */
type Chains = ReadonlyMap<string, readonly string[]>;

function chainsOf(lines: readonly string[]): Chains {
  const chains = new Map<string, string[]>();
  let open: string[] | undefined;
  for (const line of lines) {
    const [, name] = /^chain (\S+) \{$/.exec(line) ?? [];
    if (name !== undefined) chains.set(name, (open = []));
    else if (line === '}') open = undefined;
    else open?.push(line);
  }
  return chains;
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
  if (alone !== undefined) return [{ address: ipv4Endpoint.parse(alone), share: 1 }];
  const [, map = ''] = line.split(' map {', 2);
  const several = map.split(',').flatMap((element) => {
    const [, colon, address, , port] = element.trim().split(/\s+/);
    return colon === ':' ? [ipv4Endpoint.parse(`${address}:${port}`)] : [];
  });
  return several.map((address) => ({ address, share: 1 / several.length }));
}
