import type { ElementOf } from '../../../../src-main/contract/topology.ts';

/** A Service as the kernel has it: what it matches on every node, and where it leads. Never a box. */
export interface ServiceRule {
  readonly key: string;
  readonly service: ElementOf<'service'>;
  /** `192.168.2.200:80`, `*:30080`: as the rules of a node have it. */
  readonly match: string;
  readonly protocol: string;
  readonly ready: number;
  readonly all: number;
  /** EXTERNAL-IP is still asked for. */
  readonly pending: boolean;
}

/** Whose Services are shown though nobody outside reaches them: the app's namespaces. */
export interface RuleOptions {
  readonly app: ReadonlySet<string>;
  /** Empty: all namespaces. */
  readonly namespace: string;
}

/** The rules that let somebody outside in, those of the VIP first; then those of the app and of DNS inside the cluster. */
export function rulesOf(services: readonly ElementOf<'service'>[], { app, namespace }: RuleOptions): ServiceRule[] {
  return services
    .filter((service) => namespace === '' || service.namespace === namespace)
    .flatMap((service) => rulesOfService(service, app))
    .sort((one, other) => rank(one) - rank(other));
}

function rulesOfService(service: ElementOf<'service'>, app: ReadonlySet<string>): ServiceRule[] {
  const { endpoints, externalAddresses, clusterAddress, type, name, namespace } = service;
  const common = { service, ready: endpoints.filter(({ ready }) => ready).length, all: endpoints.length };
  const rule = (match: string, protocol: string, pending = false): ServiceRule => ({
    ...common,
    key: `${match}/${protocol}`,
    match,
    protocol,
    pending,
  });
  const inside = type === 'ClusterIP' && (app.has(namespace) || (namespace === 'kube-system' && name === 'kube-dns'));
  return service.ports.flatMap(({ port, nodePort, protocol }) => [
    ...externalAddresses.map((address) => rule(`${address}:${port}`, protocol)),
    ...(type === 'LoadBalancer' && externalAddresses.length === 0 ? [rule(`<pending>:${port}`, protocol, true)] : []),
    ...(nodePort === null ? [] : [rule(`*:${nodePort}`, protocol)]),
    ...(inside && clusterAddress !== null ? [rule(`${clusterAddress}:${port}`, protocol)] : []),
  ]);
}

function rank({ match, pending, service }: ServiceRule): number {
  if (pending) return 1;
  if (match.startsWith('*')) return 2;
  if (service.clusterAddress !== null && match.startsWith(`${service.clusterAddress}:`)) return 3;
  return 0;
}

/** The chains of each node by `match/protocol`, as its kernel said. */
export type NodeChains = ReadonlyMap<string, ReadonlyMap<string, ElementOf<'chain'>>>;

/** @param read names of the nodes whose kernel was read, whatever it has */
export function chainsOf(chains: readonly ElementOf<'chain'>[], read: readonly string[]): NodeChains {
  const nodes = new Map(read.map((node) => [node, new Map<string, ElementOf<'chain'>>()]));
  for (const chain of chains) {
    const known = nodes.get(chain.node) ?? new Map<string, ElementOf<'chain'>>();
    known.set(`${chain.match}/${chain.protocol}`, chain);
    nodes.set(chain.node, known);
  }
  return nodes;
}

/** A rule in the strip, with as many lines beneath it as the longest chain of a node needs; none: it is folded. */
export interface RuleRow extends ServiceRule {
  readonly lines: number;
}

/** Ends of a chain that are drawn. */
export const MOST_ENDS = 3;

/** The first `most` rules as rows that stand at the same height in every node. */
export function rowsOf(
  rules: readonly ServiceRule[],
  { most, open, chains }: { most: number; open: (rule: ServiceRule) => boolean; chains: NodeChains },
): RuleRow[] {
  const shown = rules.slice(0, rules.length > most ? most - 1 : most);
  return shown.map((rule) => {
    if (rule.pending || !open(rule)) return { ...rule, lines: 0 };
    const ends = [...chains.values()].map((of) => of.get(rule.key)?.endpoints.length ?? 0);
    return { ...rule, lines: 1 + Math.min(MOST_ENDS, Math.max(0, ...ends)) };
  });
}
