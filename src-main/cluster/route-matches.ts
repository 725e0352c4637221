import { z } from 'zod';
import { readParents, type RouteParent } from './route-parents.ts';

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
  name: z.string(),
  namespace: z.string().optional(),
  port: z.number().optional(),
  weight: z.number().default(1),
});

const rule = z.object({
  matches: z.array(match).default([]),
  filters: z.array(filter).default([]),
  backendRefs: z.array(backendRef).default([]),
});

const schema = z.object({
  metadata: z.object({ namespace: z.string().default(''), creationTimestamp: z.string().default('') }),
  spec: z.object({ rules: z.array(rule).default([]) }),
});

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

/** What of a rule of an HTTPRoute decides where a request goes, beside its backends. */
export interface RouteChoice {
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

/** What of an HTTPRoute decides where a request goes. */
export interface RouteChoices {
  /** ISO 8601: of routes that fit equally well the oldest wins. */
  readonly created: string;
  /** Of each rule, in their order. */
  readonly choices: readonly RouteChoice[];
  /** What controllers say of it. */
  readonly parents: readonly RouteParent[];
}

const KINDS: Readonly<Record<string, RouteMatch['path']['kind']>> = {
  Exact: 'exact',
  RegularExpression: 'expression',
};

/** An HTTPRoute as the API server has it. A rule without any match is for every request. */
export function parseRouteChoices(object: unknown): RouteChoices {
  const { metadata, spec } = schema.parse(object);
  const choices = spec.rules.map(({ matches, filters, backendRefs }) => {
    const redirect = filters.find(({ requestRedirect }) => requestRedirect)?.requestRedirect;
    return {
      matches: (matches.length === 0 ? [match.parse({})] : matches).map(readMatch),
      redirect: redirect && { status: redirect.statusCode, to: placeOf(redirect) },
      host: filters.find(({ urlRewrite }) => urlRewrite)?.urlRewrite?.hostname,
      unjudged: filters.flatMap(({ type }) => (JUDGED.has(type) ? [] : [type])),
      backends: backendRefs.map((one) => readBackend(one, metadata.namespace)),
    };
  });
  return { created: metadata.creationTimestamp, choices, parents: readParents(object) };
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
    path: { kind: KINDS[path?.type ?? ''] ?? 'prefix', value: path?.value ?? '/' },
    headers: headers.map(readPair),
    query: queryParams.map(readPair),
    method,
  };
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
