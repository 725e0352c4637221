import { isIP } from 'node:net';
import type { BackendRef, RouteRule } from '../cluster/http-routes.ts';
import type { Service } from '../cluster/services.ts';
import type { Branch, Stopped } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { PathFacts } from './path-facts.ts';

type Route = NonNullable<PathFacts['cluster']['routes']>['value'][number];
type Slice = NonNullable<PathFacts['cluster']['slices']>['value'][number];
type ServicePort = Service['ports'][number];

/** A share of the requests to a rule that NGINX answers itself. */
export interface OwnAnswer {
  readonly status: 500 | 503;
  /** 0 to 1 */
  readonly probability: number;
  readonly because: Extract<
    Stopped['because'],
    `ref-${string}` | `backend-${string}` | 'no-weight' | 'no-ready-endpoint'
  >;
  /** Why, with the names of this route. */
  readonly why: Text;
}

/** Where the requests to a rule go. */
export interface Backends {
  readonly branches: readonly Branch[];
  /** The largest share first. */
  readonly own: readonly OwnAnswer[];
  /** What of it is not known; undefined: nothing. */
  readonly unknown: Text | undefined;
}

/**
 * The ready endpoints of a rule's backends, first by weight, then each as likely as the others; and the shares that NGINX answers
 * itself: 500 where a reference is not valid or no weight is left, 503 where a Service has no ready endpoint.
 */
export function backendsOf(facts: PathFacts, route: Route, { backends }: RouteRule): Backends {
  const name = `${route.namespace}/${route.name}`;
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { branches: [], own: [withoutWeight(name, backends.length)], unknown: undefined };
  const all = backends
    .filter(({ weight }) => weight > 0)
    .map((backend) => ({ backend, ...judge(facts, route, backend) }));
  const unknown = all.find((one) => one.unknown)?.unknown;
  const shares = all.flatMap(({ backend, invalid }) => {
    const share = backend.weight / total;
    return invalid ? { branches: [], own: [{ ...invalid, probability: share }] } : endpointsOf(facts, backend, share);
  });
  const sorted = shares
    .flatMap(({ branches }) => branches)
    .sort((one, other) => other.probability - one.probability || (one.endpoint < other.endpoint ? -1 : 1));
  return {
    branches: sorted.map((branch, index) => ({ ...branch, taken: index === 0 })),
    own: shares.flatMap(({ own }) => own).sort((one, other) => other.probability - one.probability),
    unknown,
  };
}

function withoutWeight(route: string, backends: number): OwnAnswer {
  const why: Text =
    backends === 0
      ? {
          en: `the rule of the HTTPRoute ${route} has no backendRefs`,
          ja: `HTTPRoute ${route} のルールに backendRefs がない`,
        }
      : {
          en: `all backendRefs in the rule of the HTTPRoute ${route} have weight 0`,
          ja: `HTTPRoute ${route} のルールの backendRefs はすべて weight が 0 である`,
        };
  return { status: 500, probability: 1, because: 'no-weight', why };
}

interface Judged {
  readonly invalid?: Omit<OwnAnswer, 'probability'>;
  readonly unknown?: Text;
}

/** Whether NGINX Gateway Fabric takes a backendRef: by the objects that were read, and by what it says of the route. */
function judge({ cluster }: PathFacts, route: Route, backend: BackendRef): Judged {
  const { kind, namespace, name, port, isForeign } = backend;
  const said = route.parents.map(({ resolved }) => resolved).find((one) => one?.holds === false);
  const invalid = (because: OwnAnswer['because'], why: Text): Judged => ({ invalid: { status: 500, because, why } });
  const says = said ? `: ResolvedRefs=False, ${said.reason}: ${said.message}` : '';
  const ref = `${kind} ${namespace}/${name}`;
  if (kind !== 'Service') {
    return invalid('ref-invalid', {
      en: `the backendRef ${ref} is of a kind that NGINX Gateway Fabric does not support${says}`,
      ja: `backendRef ${ref} は NGINX Gateway Fabric が対応していない種類である${says}`,
    });
  }
  if (isForeign && said?.reason === 'RefNotPermitted' && said.message.includes(`${namespace}/${name} `)) {
    return invalid('ref-not-permitted', {
      en: `no ReferenceGrant in ${namespace} permits the HTTPRoute ${route.namespace}/${route.name} to refer to the ${ref}${says}`,
      ja: `${namespace} に、HTTPRoute ${route.namespace}/${route.name} から ${ref} への参照を許す ReferenceGrant がない${says}`,
    });
  }
  if (!cluster.services) return { unknown: UNREAD };
  const service = cluster.services.value.find((one) => one.namespace === namespace && one.name === name);
  if (!service?.ports.some((one) => one.port === port)) {
    const at = service ? ` with port ${port ?? 'none'}` : '';
    return invalid('backend-not-found', {
      en: `there is no ${ref}${at}${says}`,
      ja: `${ref}${service ? ` にポート ${port ?? 'なし'}` : ''} がない${says}`,
    });
  }
  if (service.type === 'ExternalName') return { unknown: unsure(ref, says) };
  if (isForeign && said) return { unknown: unsure(ref, says) };
  if (said?.reason.startsWith('Unsupported') === true) return { unknown: unsure(ref, says) };
  return {};
}

const UNREAD: Text = {
  en: 'The Services of the cluster could not be read.',
  ja: 'クラスターの Service を読めなかった。',
};

function unsure(ref: string, says: string): Text {
  return {
    en: `Whether NGINX has a backend for the ${ref} is unknown${says}`,
    ja: `NGINX に ${ref} のバックエンドがあるかどうかは分からない${says}`,
  };
}

/**
 * The endpoints of a Service as NGINX Gateway Fabric takes them: of slices with a port of that name, those with an address and
 * `conditions.ready: true`. Its source: internal/controller/state/resolver/resolver.go of 2.6.7.
 */
function endpointsOf(
  { cluster }: PathFacts,
  backend: BackendRef,
  share: number,
): { readonly branches: readonly Branch[]; readonly own: readonly OwnAnswer[] } {
  const { namespace, name } = backend;
  const service = cluster.services?.value.find((one) => one.namespace === namespace && one.name === name);
  const port = service?.ports.find((one) => one.port === backend.port);
  const slices = (cluster.slices?.value ?? []).filter((one) => one.namespace === namespace && one.service === name);
  const found = slices.flatMap((slice) => {
    const target = port && targetOf(slice, port);
    if (target === undefined) return [];
    return slice.endpoints.filter(({ address }) => isIP(address)).map((endpoint) => ({ ...endpoint, target }));
  });
  const taken = found.filter(({ statesReady }) => statesReady);
  if (taken.length === 0) {
    const why = found.some(({ ready }) => ready) ? unstated(`${namespace}/${name}`) : unready(`${namespace}/${name}`);
    return { branches: [], own: [{ status: 503, probability: share, because: 'no-ready-endpoint', why }] };
  }
  const branches = taken.map(({ address, target, node, pod }) => ({
    endpoint: `${address}:${target}`,
    probability: share / taken.length,
    node: node ?? null,
    pod: pod === undefined ? null : `${namespace}/${pod}`,
    taken: false,
  }));
  return { branches, own: [] };
}

/** The port that NGINX asks at the endpoints of a slice; undefined: the slice has none for this port of the Service. */
function targetOf({ ports }: Slice, { name, port, targetPort }: ServicePort): number | undefined {
  const found = ports.find((one) => one.port === undefined || one.name === name);
  if (!found) return undefined;
  const target = Number(targetPort); // a name has no number
  return found.port ?? (target > 0 ? target : port);
}

function unready(service: string): Text {
  return {
    en: `the Service ${service} has no ready endpoint`,
    ja: `Service ${service} に Ready なエンドポイントがない`,
  };
}

/** Its EndpointSlice was written by hand: the control plane states it always. */
function unstated(service: string): Text {
  return {
    en: `no endpoint of the Service ${service} has conditions.ready: true in its EndpointSlice, and NGINX Gateway Fabric uses no others (kube-proxy does)`,
    ja: `Service ${service} の EndpointSlice に conditions.ready: true と書かれたエンドポイントがない。NGINX Gateway Fabric はほかを使わない (kube-proxy は使う)`,
  };
}

/** All endpoints that NGINX may ask by any route, whatever the request: a mark is looked for on the way to these. */
export function endpointsBehind(facts: PathFacts): readonly string[] {
  const refs = facts.cluster.routes?.value.flatMap(({ rules }) => rules.flatMap(({ backends }) => backends)) ?? [];
  const all = refs.flatMap((backend) => endpointsOf(facts, backend, 1).branches.map(({ endpoint }) => endpoint));
  return [...new Set(all)];
}
