import type { ElementOf } from '../../../../src-main/contract/topology.ts';

type Chain = ElementOf<'chain'>;
type Service = ElementOf<'service'>;

/** A way into a Service: what a kernel has for it, or should have. Never a box. */
export interface ServiceRule {
  readonly key: string;
  /** `namespace/name` */
  readonly name: string;
  /** Undefined: the API server has none of that name, or was not read. */
  readonly service: Service | undefined;
  /** `192.168.2.200:80`, `*:30080`: as the rules of a node have it. */
  readonly match: string;
  readonly protocol: string;
  readonly ready: number;
  readonly all: number;
  /** EXTERNAL-IP is still asked for. */
  readonly pending: boolean;
  /** Rules of kernels that no Service stands behind; null: Services were not read. */
  readonly standing: Chain['standing'];
  /** Inside the cluster, and not of the app: shown with all others alone. */
  readonly inner: boolean;
}

/** Whose Services are shown though nobody outside reaches them: the app's namespaces. */
export interface RuleOptions {
  readonly app: ReadonlySet<string>;
  /** Empty: all namespaces. */
  readonly namespace: string;
}

/**
 * What the kernels have and the Services ask for: what lets somebody outside in, that of the VIP first, with what is left of a
 * Service that is gone; then what the app and DNS have inside the cluster; then all else.
 */
export function rulesOf(
  services: readonly Service[],
  chains: readonly Chain[],
  { app, namespace }: RuleOptions,
): ServiceRule[] {
  const asked = services.flatMap((service) => rulesOfService(service, app));
  const keys = new Set(asked.map(({ key }) => key));
  const byId = new Map(services.map((service) => [service.id, service]));
  const found = new Map<string, ServiceRule>();
  for (const chain of chains) {
    const key = keyOf(chain);
    if (!keys.has(key) && !found.has(key)) found.set(key, ruleOfChain(chain, byId.get(chain.service)));
  }
  return [...asked, ...found.values()]
    .filter(({ name }) => namespace === '' || name.startsWith(`${namespace}/`))
    .sort((one, other) => rank(one) - rank(other));
}

function keyOf({ match, protocol }: { match: string; protocol: string }): string {
  return `${match}/${protocol}`;
}

function rulesOfService(service: Service, app: ReadonlySet<string>): ServiceRule[] {
  const { externalAddresses, clusterAddress, type, name, namespace } = service;
  const common = { name: `${namespace}/${name}`, service, standing: 'current' as const, inner: false };
  const rule = (match: string, protocol: string, pending = false): ServiceRule => ({
    ...common,
    ...podsOf(service),
    key: keyOf({ match, protocol }),
    match,
    protocol,
    pending,
  });
  const inside = type === 'ClusterIP' && (app.has(namespace) || (namespace === 'kube-system' && name === 'kube-dns'));
  return service.ports.flatMap(({ port, nodePort, protocol }) => [
    ...externalAddresses.map((address) => rule(`${address}:${port}`, protocol)),
    ...(type === 'LoadBalancer' && externalAddresses.length === 0 ? [rule(`<pending>:${port}`, protocol, true)] : []),
    ...(nodePort === null ? [] : [rule(`*:${nodePort}`, protocol)]),
    ...(clusterAddress === null ? [] : [{ ...rule(`${clusterAddress}:${port}`, protocol), inner: !inside }]),
  ]);
}

function podsOf({ endpoints }: Service): Pick<ServiceRule, 'ready' | 'all'> {
  return { ready: endpoints.filter(({ ready }) => ready).length, all: endpoints.length };
}

function ruleOfChain(chain: Chain, service: Service | undefined): ServiceRule {
  const { match, protocol, standing } = chain;
  return {
    key: keyOf(chain),
    name: chain.service.replace('service/', ''),
    service,
    match,
    protocol,
    ...(service ? podsOf(service) : { ready: 0, all: 0 }),
    pending: false,
    standing,
    inner: false,
  };
}

function rank({ match, pending, service, standing, inner }: ServiceRule): number {
  if (inner) return 5;
  if (pending) return 2;
  if (standing === 'no-service' || standing === 'not-of-service') return 1;
  if (match.startsWith('*')) return 3;
  if (service?.clusterAddress && match.startsWith(`${service.clusterAddress}:`)) return 4;
  return 0;
}

/** The chains of each node by `match/protocol`, as its kernel said. */
export type NodeChains = ReadonlyMap<string, ReadonlyMap<string, Chain>>;

/** @param read names of the nodes whose kernel was read, whatever it has */
export function chainsOf(chains: readonly Chain[], read: readonly string[]): NodeChains {
  const nodes = new Map(read.map((node) => [node, new Map<string, Chain>()]));
  for (const chain of chains) nodes.get(chain.node)?.set(keyOf(chain), chain);
  return nodes;
}

/** A rule in the strip, with as many lines beneath it as the longest chain of a node needs; none: it is folded. */
export interface RuleRow extends ServiceRule {
  readonly lines: number;
}

/** Ends of a chain that are drawn. */
export const MOST_ENDS = 3;

/** The first `most` rules, of what is not shown with all others alone, as rows that stand at the same height in every node. */
export function rowsOf(
  rules: readonly ServiceRule[],
  { most, open, chains }: { most: number; open: (rule: ServiceRule) => boolean; chains: NodeChains },
): RuleRow[] {
  const ways = most === Infinity ? rules : rules.filter(({ inner }) => !inner);
  const shown = ways.slice(0, ways.length > most ? most - 1 : most);
  return shown.map((rule) => {
    if (rule.pending || !open(rule)) return { ...rule, lines: 0 };
    const ends = [...chains.values()].map((of) => of.get(rule.key)?.endpoints.length ?? 0);
    return { ...rule, lines: 1 + Math.min(MOST_ENDS, Math.max(0, ...ends)) };
  });
}

/** Rules of others that are drawn of a node. */
export const MOST_OTHERS = 6;

/** Lines that the rules of others take, the same in each node: none where there are none. */
export function otherLines(counts: readonly number[], open: boolean): number {
  const most = Math.max(0, ...counts);
  if (most === 0) return 0;
  return open ? 1 + Math.min(most, MOST_OTHERS) : 1;
}
