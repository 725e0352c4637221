import type { Pod } from '../cluster/pods.ts';
import type { Gateway } from '../cluster/gateways.ts';
import type { PairMatch, RouteChoice, RouteMatch } from '../cluster/route-matches.ts';
import type { Branch, PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { HttpHeader } from './curl-words.ts';
import { maskedText } from './secret-values.ts';
import { objectEvidence, type PathFacts } from './path-facts.ts';
import type { Stop } from './stops.ts';

/** What of an HTTP request decides where NGINX sends it. */
export interface HttpRequest {
  /** Without port, lower case. */
  readonly host: string;
  /** With its query. */
  readonly path: string;
  readonly method: string;
  readonly headers: readonly HttpHeader[];
}

/** What NGINX makes of a request. */
export type Choice =
  | {
      readonly kind: 'backend';
      readonly sentence: Text;
      readonly branches: readonly Branch[];
      /** The Host header that a backend gets. */
      readonly host: string;
      readonly evidence: readonly PathEvidence[];
    }
  /** It answers by itself: a redirect. */
  | { readonly kind: 'answered'; readonly sentence: Text; readonly evidence: readonly PathEvidence[] }
  | { readonly kind: 'refused'; readonly stop: Stop; readonly evidence: readonly PathEvidence[] };

const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';

type Route = NonNullable<PathFacts['cluster']['routes']>['value'][number];
type Rule = Route['rules'][number];

/** Whether a pod is NGINX behind a Gateway. */
export function isGateway({ labels }: Pod): boolean {
  return labels[GATEWAY_LABEL] !== undefined;
}

/** Whether two pods are NGINX behind one Gateway. */
export function isSameGateway(one: Pod, other: Pod): boolean {
  return (
    isGateway(one) && one.namespace === other.namespace && one.labels[GATEWAY_LABEL] === other.labels[GATEWAY_LABEL]
  );
}

/** Which route and which endpoints NGINX takes for a request, by the precedence that the Gateway API states for HTTPRoute. */
export function chooseBackend(facts: PathFacts, pod: Pod, port: number | null, request: HttpRequest): Choice {
  const { gateways, routes } = facts.cluster;
  const gateway = gateways?.value.find(
    ({ namespace, name }) => namespace === pod.namespace && name === pod.labels[GATEWAY_LABEL],
  );
  const attached = (routes?.value ?? []).filter(
    ({ gateways: of, accepted }) =>
      accepted !== false && of.some(({ namespace, name }) => namespace === gateway?.namespace && name === gateway.name),
  );
  const found = gateway && bestRule(gateway, port, attached, request);
  if (!gateway || !found) {
    const { host } = request;
    const path = maskedText(request.path);
    const sentence = {
      en: `NGINX of ${pod.namespace}/${pod.labels[GATEWAY_LABEL] ?? ''} has no route for ${host}${path} at port ${port}.`,
      ja: `${pod.namespace}/${pod.labels[GATEWAY_LABEL] ?? ''} の NGINX に、ポート ${port} の ${host}${path} のルートがない。`,
    };
    return {
      kind: 'refused',
      stop: { cause: 'no-http-route', sentence },
      evidence: objectEvidence(routes, attached, 'spec'),
    };
  }
  const { listener, route, rule, choice } = found;
  const evidence = [...objectEvidence(gateways, [gateway], 'spec'), ...objectEvidence(routes, [route], 'spec')];
  const name = `${route.namespace}/${route.name}`;
  if (choice.redirect) return { kind: 'answered', sentence: redirected(request, name, choice.redirect), evidence };
  const branches = branchesOf(facts, rule);
  if (branches.length === 0) {
    const sentence = {
      en: `The route ${name} has no backend with a ready endpoint.`,
      ja: `ルート ${name} に Ready なエンドポイントを持つバックエンドがない。`,
    };
    return { kind: 'refused', stop: { cause: 'no-upstream', sentence }, evidence };
  }
  return {
    kind: 'backend',
    branches,
    host: choice.host ?? request.host,
    evidence: [...evidence, ...slicesOf(facts, rule)],
    sentence: {
      en: `NGINX reads Host ${request.host} at the listener ${listener}, takes the HTTPRoute ${name}, and asks one of ${branches.length} pods itself.`,
      ja: `NGINX がリスナー ${listener} で Host ${request.host} を読み、HTTPRoute ${name} を選び、${branches.length} 個の Pod の 1 つに自分で問い合わせる。`,
    },
  };
}

function redirected(
  { host, path: given }: HttpRequest,
  route: string,
  { status, to }: NonNullable<RouteChoice['redirect']>,
): Text {
  const path = maskedText(given);
  return {
    en: `NGINX answers ${host}${path} itself by the HTTPRoute ${route}: ${status}, go to ${to || 'another path'}.`,
    ja: `NGINX が HTTPRoute ${route} により ${host}${path} に自分で応答する。${status}、転送先は ${to || '別のパス'}。`,
  };
}

interface Candidate {
  /** Its name. */
  readonly listener: string;
  readonly route: Route;
  readonly rule: Rule;
  readonly choice: RouteChoice;
  /** How well its host name fits; the best ones are one server of NGINX, and no other is asked. */
  readonly host: Rank;
  readonly rank: Rank;
}

/** Compared from the first: the greater wins. */
type Rank = readonly number[];

function bestRule(
  { namespace, name, listeners }: Gateway,
  port: number | null,
  routes: readonly Route[],
  request: HttpRequest,
) {
  const candidates = listeners.flatMap((listener): Candidate[] =>
    routes.flatMap((route) => {
      const isAttached = route.gateways.some(
        (one) => one.namespace === namespace && one.name === name && (one.listener ?? listener.name) === listener.name,
      );
      const host = rankOfHost(hostsAt(listener.hostname, route.hostnames), request.host);
      if (listener.port !== port || !isAttached || host === undefined) return [];
      return route.rules.flatMap((rule, index) => {
        const choice = route.choices[index];
        return choice
          ? [{ listener: listener.name, route, rule, choice, host, rank: rankOfRule(choice, request) ?? [] }]
          : [];
      });
    }),
  );
  const [best] = [...candidates].sort((one, other) => compare(other.host, one.host));
  return candidates
    .filter(({ host, rank }) => best && compare(host, best.host) === 0 && rank.length > 0)
    .sort((one, other) => compare(other.rank, one.rank) || (one.route.created < other.route.created ? -1 : 1))[0];
}

function compare(one: Rank, other: Rank): number {
  const index = one.findIndex((value, at) => value !== other[at]);
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}

/** The host names that a route has at a listener; an empty one is every host. */
function hostsAt(listener: string | undefined, route: readonly string[]): readonly string[] {
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

/** The best of a rule's matches; undefined: it is not for this request. */
function rankOfRule({ matches }: RouteChoice, request: HttpRequest): Rank | undefined {
  const ranks = matches.flatMap((match) => {
    const rank = rankOfMatch(match, request);
    return rank ? [rank] : [];
  });
  return ranks.sort((one, other) => compare(other, one))[0];
}

function rankOfMatch({ path, headers, query, method }: RouteMatch, request: HttpRequest): Rank | undefined {
  const [own = '', search = ''] = request.path.replace(/#.*/, '').split(/\?(.*)/s);
  const asked = [...new URLSearchParams(search)].map(([name, value]) => ({ name, value }));
  const fits =
    (method ?? request.method) === request.method &&
    headers.every((one) => has(request.headers, one, (name) => name.toLowerCase())) &&
    query.every((one) => has(asked, one, (name) => name));
  if (!fits) return undefined;
  const rest = [method === undefined ? 0 : 1, headers.length, query.length];
  if (path.kind === 'exact') return own === path.value ? [2, path.value.length, ...rest] : undefined;
  if (path.kind === 'expression') return isLike(path.value, own) ? [0, 0, ...rest] : undefined;
  const prefix = path.value.replace(/\/$/, '');
  return own === prefix || own.startsWith(`${prefix}/`) ? [1, path.value.length, ...rest] : undefined;
}

/** Of several with one name the first counts. */
function has(pairs: readonly HttpHeader[], wanted: PairMatch, key: (name: string) => string): boolean {
  const value = pairs.find(({ name }) => key(name) === key(wanted.name))?.value;
  if (value === undefined) return false;
  return wanted.isExpression ? isLike(wanted.value, value) : value === wanted.value;
}

/** NGINX reads the expression as PCRE: what JavaScript cannot read is taken not to match. */
function isLike(expression: string, text: string): boolean {
  try {
    return new RegExp(expression).test(text);
  } catch {
    return false;
  }
}

/** The ready endpoints of a rule's backends: first by weight, then each as likely as the others. */
function branchesOf({ cluster }: PathFacts, { backends }: Rule): readonly Branch[] {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  const all = backends.flatMap((backend) => {
    const service = cluster.services?.value.find(
      ({ namespace, name }) => namespace === backend.namespace && name === backend.name,
    );
    const port = service?.ports.find((one) => one.port === backend.port)?.name ?? '';
    const slices = (cluster.slices?.value ?? []).filter(
      (slice) => slice.namespace === backend.namespace && slice.service === backend.name,
    );
    const found = slices.flatMap((slice) => {
      const target = slice.ports.find(({ name }) => name === port)?.port;
      if (target === undefined) return [];
      const ready = slice.endpoints.filter((endpoint) => endpoint.ready);
      return ready.map((endpoint) => ({ ...endpoint, target, namespace: slice.namespace }));
    });
    return found.map(({ address, target, node, pod, namespace }) => ({
      endpoint: `${address}:${target}`,
      probability: total === 0 ? 0 : backend.weight / total / found.length,
      node: node ?? null,
      pod: pod === undefined ? null : `${namespace}/${pod}`,
    }));
  });
  const sorted = all
    .filter(({ probability }) => probability > 0)
    .sort((one, other) => other.probability - one.probability || (one.endpoint < other.endpoint ? -1 : 1));
  return sorted.map((branch, index) => ({ ...branch, taken: index === 0 }));
}

function slicesOf({ cluster }: PathFacts, { backends }: Rule): readonly PathEvidence[] {
  const slices = (cluster.slices?.value ?? []).filter((slice) =>
    backends.some(({ namespace, name }) => slice.namespace === namespace && slice.service === name),
  );
  return objectEvidence(cluster.slices, slices, 'endpoints');
}
