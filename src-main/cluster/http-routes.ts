import { z } from 'zod';
import { objectName, port as portValue } from '../facts/network-values.ts';
import { keyOf, metadataSchema } from './metadata.ts';

const pair = z.object({ name: z.string(), value: z.string(), type: z.string().default('Exact') });

const match = z.object({
  path: z.object({ type: z.string().default('PathPrefix'), value: z.string().default('/') }).optional(),
  headers: z.array(pair).default([]),
  queryParams: z.array(pair).default([]),
  method: z.string().optional(),
});

const filter = z.object({
  type: z.string(),
  requestRedirect: z
    .object({
      scheme: z.string().optional(),
      hostname: z.string().optional(),
      port: z.number().optional(),
      statusCode: z.number().default(302),
    })
    .optional(),
  urlRewrite: z.object({ hostname: z.string().optional() }).optional(),
});

const backendRef = z.object({
  group: z.string().default(''),
  kind: z.string().default('Service'),
  name: objectName,
  namespace: objectName.optional(),
  port: portValue.optional(),
  weight: z.number().default(1),
});

const rule = z.object({
  matches: z.array(match).default([]),
  filters: z.array(filter).default([]),
  backendRefs: z.array(backendRef).default([]),
});

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});

const parent = z.object({
  parentRef: z
    .object({ name: z.string().default(''), namespace: z.string().optional(), sectionName: z.string().optional() })
    .default({ name: '' }),
  conditions: z.array(condition).default([]),
});

const parentRef = z.object({ name: objectName, namespace: objectName.optional(), sectionName: z.string().optional() });

const schema = z.object({
  metadata: metadataSchema.extend({ creationTimestamp: z.string().default('') }),
  spec: z.object({
    parentRefs: z.array(parentRef).default([]),
    hostnames: z.array(z.string()).default([]),
    rules: z.array(rule).default([]),
  }),
  status: z.object({ parents: z.array(parent).default([]) }).default({ parents: [] }),
});

/** Names an object of another kind. */
export interface Reference {
  readonly namespace: string;
  readonly name: string;
}

export interface HttpRoute extends Reference {
  /** ISO 8601: of routes that fit equally well the oldest wins. */
  readonly created: string;
  /** `listener`: the only one of that Gateway that it is for; undefined: all. */
  readonly gateways: readonly (Reference & { readonly listener: string | undefined })[];
  readonly hostnames: readonly string[];
  readonly rules: readonly RouteRule[];
  /** What controllers say of it. */
  readonly parents: readonly RouteParent[];
}

/** One header or query parameter that a request must have. */
export interface PairMatch {
  readonly name: string;
  readonly value: string;
  /** The value is an expression. */
  readonly isExpression: boolean;
}

/** One way to match a rule of an HTTPRoute: all that it names must be so. */
export interface RouteMatch {
  readonly path: { readonly kind: 'exact' | 'prefix' | 'expression'; readonly value: string };
  readonly headers: readonly PairMatch[];
  readonly query: readonly PairMatch[];
  readonly method: string | undefined;
}

/** A rule: what it is for, and where requests go by it. */
export interface RouteRule {
  readonly matches: readonly RouteMatch[];
  /** The Gateway answers by itself: go elsewhere. `to` as far as the route says it: `https://shop.k8s.local:8443`. */
  readonly redirect: { readonly status: number; readonly to: string } | undefined;
  /** The Host header that its backends get; undefined: that of the request. */
  readonly host: string | undefined;
  /** Filters that may let the Gateway answer by itself, or be invalid, in a way that is not read: `ExtensionRef`, `CORS`. */
  readonly unjudged: readonly string[];
  readonly backends: readonly BackendRef[];
}

/** One of the places that a rule sends requests to. */
export interface BackendRef {
  /** `Service`; of the core group alone it is written without its group. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number | undefined;
  /** Its share is this of the sum of all. */
  readonly weight: number;
  /** In another namespace than its route: that takes a ReferenceGrant. */
  readonly isForeign: boolean;
}

/** A condition of a route: what its controller says, and why. */
export interface RouteCondition {
  readonly holds: boolean;
  /** `NoMatchingParent`, `RefNotPermitted`. */
  readonly reason: string;
  readonly message: string;
}

/** What the controller of one parent of a route says of it. */
export interface RouteParent {
  readonly namespace: string;
  readonly name: string;
  /** Undefined: it speaks of all. */
  readonly listener: string | undefined;
  /** Undefined: it has not said. */
  readonly accepted: RouteCondition | undefined;
  readonly resolved: RouteCondition | undefined;
  /** Rules of it were left out, because they are not valid. */
  readonly partial: RouteCondition | undefined;
}

const PATH_TYPES = { exact: 'Exact', prefix: 'PathPrefix', expression: 'RegularExpression' } as const;

/** An HTTPRoute (gateway.networking.k8s.io/v1) as the API server has it. A rule without any match is for every request. */
export function parseHttpRoute(object: unknown): HttpRoute {
  const { metadata, spec, status } = schema.parse(object);
  const own = metadata.namespace;
  return {
    ...keyOf(metadata),
    created: metadata.creationTimestamp,
    gateways: spec.parentRefs.map(({ name, namespace, sectionName }) => ({
      namespace: namespace ?? own,
      name,
      listener: sectionName,
    })),
    hostnames: spec.hostnames,
    rules: spec.rules.map((one) => readRule(one, own)),
    parents: status.parents.map((one) => readParent(one, own)),
  };
}

/** Whether its controllers accept it: it works through each parent that does, whatever the others say; undefined: none has said. */
export function isAccepted({ parents }: Pick<HttpRoute, 'parents'>): boolean | undefined {
  const all = parents.map(({ accepted }) => accepted?.holds);
  return all.includes(true) ? true : all.find((one) => one !== undefined);
}

/** `GET and PathPrefix / and header env=canary and query page~^[0-9]+$`: with `~` an expression. */
export function matchWords({ path, headers, query, method }: RouteMatch): string {
  return [
    ...(method === undefined ? [] : [method]),
    `${PATH_TYPES[path.kind]} ${path.value}`,
    ...headers.map((one) => `header ${pairWords(one)}`),
    ...query.map((one) => `query ${pairWords(one)}`),
  ].join(' and ');
}

function pairWords({ name, value, isExpression }: PairMatch): string {
  return `${name}${isExpression ? '~' : '='}${value}`;
}

function readRule({ matches, filters, backendRefs }: z.infer<typeof rule>, own: string): RouteRule {
  const redirect = filters.find(({ requestRedirect }) => requestRedirect)?.requestRedirect;
  return {
    matches: (matches.length === 0 ? [match.parse({})] : matches).map(readMatch),
    redirect: redirect && { status: redirect.statusCode, to: placeOf(redirect) },
    host: filters.find(({ urlRewrite }) => urlRewrite)?.urlRewrite?.hostname,
    unjudged: filters.flatMap(({ type }) => (JUDGED.has(type) ? [] : [type])),
    backends: backendRefs.map((one) => readBackend(one, own)),
  };
}

function readParent({ parentRef: of, conditions }: z.infer<typeof parent>, own: string): RouteParent {
  return {
    namespace: of.namespace ?? own,
    name: of.name,
    listener: of.sectionName,
    accepted: named(conditions, 'Accepted'),
    resolved: named(conditions, 'ResolvedRefs'),
    partial: named(conditions, 'PartiallyInvalid'),
  };
}

function named(all: readonly z.infer<typeof condition>[], wanted: string): RouteCondition | undefined {
  const found = all.find(({ type, status }) => type === wanted && status !== 'Unknown');
  return found && { holds: found.status === 'True', reason: found.reason, message: found.message };
}

const JUDGED: ReadonlySet<string> = new Set([
  'RequestRedirect',
  'URLRewrite',
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestMirror',
]);

function readBackend(
  { group, kind, name, namespace, port, weight }: z.infer<typeof backendRef>,
  own: string,
): BackendRef {
  const of = group === '' || group === 'core' ? kind : `${kind}.${group}`;
  const isForeign = namespace !== undefined && namespace !== own;
  return { kind: of, namespace: namespace ?? own, name, port, weight, isForeign };
}

function readMatch({ path, headers, queryParams, method }: z.infer<typeof match>): RouteMatch {
  return {
    path: { kind: pathKind(path?.type), value: path?.value ?? '/' },
    headers: headers.map(readPair),
    query: queryParams.map(readPair),
    method,
  };
}

function pathKind(type: string | undefined): RouteMatch['path']['kind'] {
  const kinds = Object.keys(PATH_TYPES) as RouteMatch['path']['kind'][];
  return kinds.find((kind) => PATH_TYPES[kind] === type) ?? 'prefix';
}

function readPair({ name, value, type }: z.infer<typeof pair>): PairMatch {
  return { name, value, isExpression: type === 'RegularExpression' };
}

function placeOf({
  scheme,
  hostname,
  port,
}: {
  scheme?: string | undefined;
  hostname?: string | undefined;
  port?: number | undefined;
}): string {
  return `${scheme === undefined ? '' : `${scheme}://`}${hostname ?? ''}${port === undefined ? '' : `:${port}`}`;
}
