import type { Gateway } from '../cluster/gateways.ts';
import type { Text } from '../contract/text.ts';
import type { PathFacts } from './path-facts.ts';

type Route = NonNullable<PathFacts['cluster']['routes']>['value'][number];
type Listener = Gateway['listeners'][number];

/** Routes that NGINX has at a port for a host, each with the name of the listener by which it is there. */
export function routesFor(
  gateway: Gateway,
  port: number | null,
  routes: readonly Route[],
  host: string,
): readonly { readonly listener: string; readonly route: Route }[] {
  const found = gateway.listeners.flatMap((listener) =>
    routes.flatMap((route) => {
      if (listener.port !== port || !isAttached(route, gateway, listener)) return [];
      const rank = rankOfHost(hostsAt(gateway, listener, route), host);
      return rank ? [{ listener: listener.name, route, rank }] : [];
    }),
  );
  const [best] = [...found].sort((one, other) => compare(other.rank, one.rank));
  const server = found.filter(({ rank }) => best && compare(rank, best.rank) === 0);
  // a route that is there by two listeners is there once
  return server.filter(({ route }, index) => server.findIndex((one) => one.route === route) === index);
}

/** Whether a route is at a listener: it asks to be, and the controller of the Gateway has not said no. */
function isAttached(route: Route, { namespace, name }: Gateway, listener: Listener): boolean {
  const asks = route.gateways.some(
    (one) => one.namespace === namespace && one.name === name && (one.listener ?? listener.name) === listener.name,
  );
  const said = route.parents.filter(
    (one) => one.namespace === namespace && one.name === name && (one.listener ?? listener.name) === listener.name,
  );
  return asks && (said.length === 0 || said.some(({ accepted }) => accepted?.holds !== false));
}

/** Parents of a route that its controller refuses, as sentences. */
export function refusals({ namespace, name, parents }: Route): readonly Text[] {
  return parents.flatMap(({ accepted, ...parent }) => {
    if (accepted?.holds !== false) return [];
    const at = `${parent.namespace}/${parent.name}${parent.listener === undefined ? '' : ` ${parent.listener}`}`;
    return [
      {
        en: `The HTTPRoute ${namespace}/${name} is not accepted by ${at}: ${accepted.reason}. ${accepted.message}`.trim(),
        ja: `HTTPRoute ${namespace}/${name} は ${at} に受け入れられていない: ${accepted.reason}。${accepted.message}`,
      },
    ];
  });
}

/** The listener that ends TLS at a port for the name that a client says first (SNI): of that name, else one for all names. */
export function tlsListener(
  { listeners }: Gateway,
  port: number | null,
  sni: string | undefined,
): Listener | undefined {
  const found = listeners.flatMap((listener) => {
    if (listener.port !== port || listener.protocol !== 'HTTPS') return [];
    const rank = rankOfHost([listener.hostname ?? ''], sni ?? '');
    return rank ? [{ listener, rank }] : [];
  });
  return found.sort((one, other) => compare(other.rank, one.rank))[0]?.listener;
}

/** Compared from the first: the greater wins. */
type Rank = readonly number[];

function compare(one: Rank, other: Rank): number {
  const index = one.findIndex((value, at) => value !== other[at]);
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}

/**
 * The host names that a route has at a listener; an empty one is every host. A route that names its listener leaves out the
 * name that is another listener's own at the same port.
 */
function hostsAt(gateway: Gateway, listener: Listener, route: Route): readonly string[] {
  const own = intersection(listener.hostname, route.hostnames);
  const others = gateway.listeners.filter(({ name, port }) => port === listener.port && name !== listener.name);
  const isNamed = route.gateways.some((one) => one.listener === listener.name && one.name === gateway.name);
  return isNamed ? own.filter((host) => host === '' || !others.some(({ hostname }) => hostname === host)) : own;
}

function intersection(listener: string | undefined, route: readonly string[]): readonly string[] {
  if (listener === undefined) return route.length === 0 ? [''] : route;
  if (route.length === 0) return [listener];
  return route.flatMap((name) => (covers(listener, name) ? [name] : covers(name, listener) ? [listener] : []));
}

function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)));
}

/** An exact name wins over `*.zone`, a longer one over a shorter; none at all is for every host. */
function rankOfHost(hosts: readonly string[], host: string): Rank | undefined {
  const ranks = hosts.flatMap((name) => {
    if (name === '') return [[0, 0]];
    return covers(name, host) ? [[name === host ? 2 : 1, name.length]] : [];
  });
  return ranks.sort((one, other) => compare(other, one))[0];
}
