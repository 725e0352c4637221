import { GATEWAY_LABEL } from '../cluster/gateways.ts';
import type { Pod } from '../cluster/pods.ts';
import type { RouteRule } from '../cluster/http-routes.ts';
import type { Branch } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { backendsOf } from './gateway-backends.ts';
import { refusals, routesFor } from './gateway-hosts.ts';
import { chosen, notFound, redirected, refusalOf, several, slashed, unjudged, type Refusal } from './gateway-words.ts';
import { takeLocation, type Entry } from './nginx-location.ts';
import { objectEvidence, type PathFacts, type Quote } from './path-facts.ts';
import type { HttpRequest } from './request-match.ts';

/** What NGINX makes of a request. */
export type Choice = {
  readonly evidence: readonly Quote[];
  /** What else of its routes is to be known. */
  readonly notes: readonly Text[];
} & (
  | {
      readonly kind: 'backend';
      readonly sentence: Text;
      readonly branches: readonly Branch[];
      /** What says which endpoints there are. */
      readonly endpoints: readonly Quote[];
      /** The Host header that a backend gets. */
      readonly host: string;
      /** What it answers itself in a share of the requests. */
      readonly instead: readonly Refusal[];
    }
  /** It answers by itself: a redirect. */
  | { readonly kind: 'answered'; readonly sentence: Text; readonly status: number }
  | ({ readonly kind: 'refused' } & Refusal)
  /** What would decide it could not be read or judged. */
  | { readonly kind: 'unknown'; readonly sentence: Text }
);

type Route = NonNullable<PathFacts['cluster']['routes']>['value'][number];

/** Whether a pod is NGINX behind a Gateway. */
export function isGateway({ labels }: Pick<Pod, 'labels'>): boolean {
  return labels[GATEWAY_LABEL] !== undefined;
}

type OfGateway = Pick<Pod, 'namespace' | 'labels'>;

/** Whether both, pods of NGINX or its Service, belong to one Gateway. */
export function isSameGateway(one: OfGateway, other: OfGateway): boolean {
  return (
    isGateway(one) && one.namespace === other.namespace && one.labels[GATEWAY_LABEL] === other.labels[GATEWAY_LABEL]
  );
}

/** Which route and which endpoints NGINX takes for a request, as NGINX Gateway Fabric configures it. */
export function chooseBackend(facts: PathFacts, pod: Pod, port: number | null, request: HttpRequest): Choice {
  const { gateways, routes } = facts.cluster;
  if (!gateways || !routes) return { kind: 'unknown', sentence: UNREAD, evidence: [], notes: [] };
  const gateway = gatewayOf(facts, pod);
  const server = gateway ? routesFor(gateway, port, routes.value, request.host) : [];
  const entries = server.flatMap(({ listener, route }) => entriesOf(route, listener));
  const taken = takeLocation(entries, request);
  const own = [...new Set(server.map(({ route }) => route))];
  const asking = routes.value.filter(
    (route) => own.includes(route) || (route.hostnames.includes(request.host) && isFor(route, gateway)),
  );
  const notes = [...asking.flatMap(refusals), ...own.flatMap(leftOut)];
  const at = `${pod.namespace}/${pod.labels[GATEWAY_LABEL] ?? ''}`;
  if (taken.kind === 'rule' || taken.kind === 'slash') {
    const { entry } = taken;
    const seen = [
      ...objectEvidence(gateways, gateway ? [gateway] : [], 'spec.listeners'),
      ...objectEvidence(routes, [entry.of], 'spec'),
    ];
    const choice =
      taken.kind === 'slash'
        ? ({ kind: 'answered', status: 301, sentence: slashed(request, entry), evidence: [] } as const)
        : ruleChoice(facts, entry, request);
    return { ...choice, notes, evidence: [...seen, ...choice.evidence] };
  }
  const near = own.length > 0 ? own : asking;
  const evidence = [
    ...objectEvidence(gateways, gateway ? [gateway] : [], 'spec.listeners'),
    ...(near.length > 0
      ? objectEvidence(routes, near, 'spec')
      : objectEvidence(routes, routes.value, 'spec.hostnames')),
  ];
  if (taken.kind === 'unknown') return { kind: 'unknown', sentence: taken.why, evidence, notes };
  return { kind: 'refused', ...notFound(taken, { request, at, port }), evidence, notes };
}

/** The Gateway that a pod of NGINX is of. */
export function gatewayOf({ cluster: { gateways } }: PathFacts, pod: Pod) {
  return gateways?.value.find(
    ({ namespace, name }) => namespace === pod.namespace && name === pod.labels[GATEWAY_LABEL],
  );
}

const UNREAD: Text = {
  en: 'The Gateways and HTTPRoutes of the cluster could not be read.',
  ja: 'クラスターの Gateway と HTTPRoute を読めなかった。',
};

function isFor({ gateways }: Route, gateway: { namespace: string; name: string } | undefined): boolean {
  return gateways.some(({ namespace, name }) => namespace === gateway?.namespace && name === gateway.name);
}

/** Rules that the controller says it has left out: which, its message says. */
function leftOut({ namespace, name, parents }: Route): readonly Text[] {
  const partial = parents.find((parent) => parent.partial?.holds === true)?.partial;
  if (!partial) return [];
  return [
    {
      en: `NGINX does not have all rules of the HTTPRoute ${namespace}/${name}: ${partial.message}`,
      ja: `NGINX には HTTPRoute ${namespace}/${name} のルールの一部がない: ${partial.message}`,
    },
  ];
}

interface RouteEntry extends Entry {
  readonly listener: string;
  readonly of: Route;
}

function entriesOf(route: Route, listener: string): readonly RouteEntry[] {
  const common = { route: nameOf(route), created: route.created, of: route, listener };
  return route.rules.flatMap((choice) => choice.matches.map((match) => ({ ...common, choice, match })));
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

type Told<Kind extends Choice['kind']> = Omit<Extract<Choice, { kind: Kind }>, 'notes'>;

function ruleChoice(
  facts: PathFacts,
  entry: RouteEntry,
  request: HttpRequest,
): Told<'backend'> | Told<'answered'> | Told<'refused'> | Told<'unknown'> {
  const { of: route, choice, listener } = entry;
  const name = nameOf(route);
  if (choice.unjudged.length > 0) return { kind: 'unknown', sentence: unjudged(name, choice.unjudged), evidence: [] };
  if (choice.redirect) {
    const { status } = choice.redirect;
    return { kind: 'answered', status, sentence: redirected(request, name, choice.redirect), evidence: [] };
  }
  const backends = backendsOf(facts, route, choice);
  const endpoints = evidenceOfEndpoints(facts, choice);
  const status = backends.own.some((one) => one.status === 500) || backends.unknown;
  const evidence = [...endpoints, ...(status ? objectEvidence(facts.cluster.routes, [route], 'status') : [])];
  if (backends.unknown) return { kind: 'unknown', sentence: backends.unknown, evidence };
  const { branches } = backends;
  const [first, ...more] = backends.own.map(refusalOf);
  if (first && branches.length === 0)
    return { kind: 'refused', ...(more.length === 0 ? first : several([first, ...more])), evidence };
  return {
    kind: 'backend',
    branches,
    endpoints,
    instead: first ? [first, ...more] : [],
    host: choice.host ?? request.host,
    evidence,
    sentence: chosen({ listener, entry, branches, own: backends.own }, request),
  };
}

function evidenceOfEndpoints({ cluster }: PathFacts, { backends }: RouteRule): readonly Quote[] {
  const isOf = (namespace: string, name: string | undefined) =>
    backends.some((backend) => backend.namespace === namespace && backend.name === name);
  const slices = (cluster.slices?.value ?? []).filter(({ namespace, service }) => isOf(namespace, service));
  return slices.length > 0 ? objectEvidence(cluster.slices, slices, 'endpoints', 'ports') : [];
}
