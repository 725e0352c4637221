import type { ElementOf } from '../../../../src-main/contract/topology.ts';
import type { Picture } from './shown-picture.ts';

/** A pod under its node's cni0, with what hangs on it. */
export interface PodPlace {
  readonly pod: ElementOf<'pod'>;
  readonly veth: ElementOf<'interface'> | undefined;
  /** The Gateway whose traffic this pod takes. */
  readonly gateway: ElementOf<'gateway'> | undefined;
  readonly routes: readonly ElementOf<'route'>[];
}

/** What the picture is narrowed to; an empty namespace is all of them. */
export interface Filter {
  readonly namespace: string;
}

/** A node as a column of the picture, top to bottom as a packet meets its parts. */
export interface NodeColumn {
  readonly name: string;
  /** Undefined until something was said about it. */
  readonly node: ElementOf<'node'> | undefined;
  /** Whether its interfaces were read. */
  readonly read: boolean;
  readonly lan: ElementOf<'interface'> | undefined;
  readonly overlay: ElementOf<'interface'> | undefined;
  readonly bridge: ElementOf<'interface'> | undefined;
  readonly pods: readonly PodPlace[];
  /** Pods in the node's own network: kube-proxy, Flannel, MetalLB's speaker. */
  readonly hostPods: readonly ElementOf<'pod'>[];
}

/** The columns of a picture, in the order of the lab file. */
export function columnsOf(picture: Picture, names: readonly string[], { namespace }: Filter): NodeColumn[] {
  const nodes = new Map(picture.all('node').map((node) => [node.name, node]));
  const interfaces = groupedBy(picture.all('interface'), ({ node }) => node);
  const wanted = picture.all('pod').filter((pod) => namespace === '' || pod.namespace === namespace);
  const pods = groupedBy(wanted, ({ node }) => node ?? '');
  const hangings = hangingsOf(picture);
  return names.map((name) => {
    const own = interfaces.get(name) ?? [];
    const role = (is: string): ElementOf<'interface'> | undefined => own.find((one) => one.role === is);
    const here = [...(pods.get(name) ?? [])].sort(byApp);
    return {
      name,
      node: nodes.get(name),
      read: own.length > 0,
      lan: role('lan'),
      overlay: role('overlay'),
      bridge: role('bridge'),
      pods: here.filter(({ hostNetwork }) => !hostNetwork).map((pod) => place(pod, own, hangings)),
      hostPods: here.filter(({ hostNetwork }) => hostNetwork),
    };
  });
}

interface Hangings {
  readonly gateways: ReadonlyMap<string, ElementOf<'gateway'>>;
  readonly routes: readonly ElementOf<'route'>[];
}

function hangingsOf(picture: Picture): Hangings {
  const gateways = picture.all('gateway').flatMap((gateway) => gateway.pods.map((pod) => [pod, gateway] as const));
  return { gateways: new Map(gateways), routes: picture.all('route') };
}

function place(pod: ElementOf<'pod'>, own: readonly ElementOf<'interface'>[], hangings: Hangings): PodPlace {
  const gateway = hangings.gateways.get(pod.id);
  return {
    pod,
    veth: own.find(({ id }) => id === pod.veth),
    gateway,
    routes: gateway ? hangings.routes.filter(({ gateways }) => gateways.includes(gateway.id)) : [],
  };
}

/** What the story is about comes first: app and Gateway pods before those of the system. */
function byApp(one: ElementOf<'pod'>, other: ElementOf<'pod'>): number {
  return rank(one) - rank(other) || compare(one.namespace, other.namespace) || compare(one.name, other.name);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

const SYSTEM = new Set([
  'kube-system',
  'kube-flannel',
  'metallb-system',
  'nginx-gateway',
  'local-path-storage',
  'hoplab',
]);

function rank({ namespace, name }: ElementOf<'pod'>): number {
  if (name.startsWith('coredns')) return 1;
  return SYSTEM.has(namespace) ? 2 : 0;
}

export function groupedBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
