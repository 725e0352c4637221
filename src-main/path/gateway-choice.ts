import type { Pod } from '../cluster/pods.ts';
import type { RouteMatch } from '../cluster/route-matches.ts';
import type { Branch, PathEvidence } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import { objectEvidence, type PathFacts } from './path-facts.ts';
import type { Stop } from './stops.ts';

/** What of an HTTP request decides where NGINX sends it. */
export interface HttpRequest {
  /** Without port, lower case. */
  readonly host: string;
  readonly path: string;
}

/** What NGINX makes of a request. */
export type Choice =
  | {
      readonly kind: 'backend';
      readonly sentence: Text;
      readonly branches: readonly Branch[];
      readonly evidence: readonly PathEvidence[];
    }
  | { readonly kind: 'refused'; readonly stop: Stop; readonly evidence: readonly PathEvidence[] };

const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';

type Route = NonNullable<PathFacts['cluster']['routes']>['value'][number];
type Rule = Route['rules'][number];

/** Whether a pod is NGINX behind a Gateway. */
export function isGateway({ labels }: Pod): boolean {
  return labels[GATEWAY_LABEL] !== undefined;
}

/** Which route and which endpoints NGINX takes for a request, by the precedence that the Gateway API states for HTTPRoute. */
export function chooseBackend(facts: PathFacts, pod: Pod, port: number | null, request: HttpRequest): Choice {
  const { gateways, routes } = facts.cluster;
  const gateway = gateways?.value.find(
    ({ namespace, name }) => namespace === pod.namespace && name === pod.labels[GATEWAY_LABEL],
  );
  const listener = gateway?.listeners.find((one) => one.port === port);
  const attached = (routes?.value ?? []).filter(
    ({ gateways: of, accepted }) =>
      accepted !== false && of.some(({ namespace, name }) => namespace === gateway?.namespace && name === gateway.name),
  );
  const found = listener && bestRule(attached, request);
  if (!gateway || !found) {
    const { host, path } = request;
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
  const evidence = [...objectEvidence(gateways, [gateway], 'spec'), ...objectEvidence(routes, [found.route], 'spec')];
  const name = `${found.route.namespace}/${found.route.name}`;
  const branches = branchesOf(facts, found.rule);
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
    evidence: [...evidence, ...slicesOf(facts, found.rule)],
    sentence: {
      en: `NGINX reads Host ${request.host} at the listener ${listener.name}, takes the HTTPRoute ${name}, and asks one of ${branches.length} pods itself.`,
      ja: `NGINX がリスナー ${listener.name} で Host ${request.host} を読み、HTTPRoute ${name} を選び、${branches.length} 個の Pod の 1 つに自分で問い合わせる。`,
    },
  };
}

interface Candidate {
  readonly route: Route;
  readonly rule: Rule;
  /** Compared from the first: the greater wins. */
  readonly rank: readonly number[];
}

function bestRule(routes: readonly Route[], request: HttpRequest): Candidate | undefined {
  const candidates = routes.flatMap((route) => {
    const host = rankOfHost(route.hostnames, request.host);
    if (host === undefined) return [];
    return route.rules.flatMap((rule, index) =>
      (route.ruleMatches[index] ?? []).flatMap((match) => {
        const rank = rankOfMatch(match, request.path);
        return rank ? [{ route, rule, rank: [...host, ...rank] }] : [];
      }),
    );
  });
  return candidates.sort((one, other) => compare(other.rank, one.rank))[0];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((value, at) => value !== other[at]);
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}

/** An exact name wins over `*.zone`, a longer one over a shorter; none at all is for every host. */
function rankOfHost(hostnames: readonly string[], host: string): readonly number[] | undefined {
  if (hostnames.length === 0) return [0, 0];
  const ranks = hostnames.flatMap((name) => {
    if (name === host) return [[2, name.length]];
    return name.startsWith('*.') && host.endsWith(name.slice(1)) ? [[1, name.length]] : [];
  });
  return ranks.sort((one, other) => compare(other, one))[0];
}

/** A rule that asks for a header, a query or another method than GET is not for this request. */
function rankOfMatch({ path, headers, query, method }: RouteMatch, asked: string): readonly number[] | undefined {
  if (headers.length > 0 || query.length > 0 || (method ?? 'GET') !== 'GET') return undefined;
  const own = asked.replace(/[?#].*/, '');
  const methods = method === undefined ? 0 : 1;
  if (path.kind === 'exact') return own === path.value ? [2, path.value.length, methods] : undefined;
  if (path.kind === 'expression') return isLike(path.value, own) ? [0, 0, methods] : undefined;
  const prefix = path.value.replace(/\/$/, '');
  return own === prefix || own.startsWith(`${prefix}/`) ? [1, path.value.length, methods] : undefined;
}

/** NGINX reads the expression as PCRE: what JavaScript cannot read is taken not to match. */
function isLike(expression: string, path: string): boolean {
  try {
    return new RegExp(expression).test(path);
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
