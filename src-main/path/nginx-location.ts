import type { RouteRule, RouteMatch } from '../cluster/http-routes.ts';
import type { Text } from '../contract/text.ts';
import { fitsConditions, isLike, plainPath, type Fit, type HttpRequest } from './request-match.ts';

/** One match of a rule, among all that one server of NGINX is made of. */
export interface Entry {
  /** `namespace/name` */
  readonly route: string;
  readonly created: string;
  readonly choice: RouteRule;
  readonly match: RouteMatch;
}

/** What a server of NGINX makes of a request. */
export type Taken<One extends Entry> =
  | { readonly kind: 'rule'; readonly entry: One }
  /** It has no location for the path. */
  | { readonly kind: 'none' }
  /** The location took it, and none of its matches fits; `instead`: where the Gateway API has it. */
  | { readonly kind: 'unmatched'; readonly location: One; readonly instead: One | undefined }
  /** It answers itself: go to the same path with a slash at its end. */
  | { readonly kind: 'slash'; readonly entry: One }
  | { readonly kind: 'unknown'; readonly why: Text };

/**
 * The rule that NGINX takes for a request. NGINX chooses a location by the path alone: an exact one, else the first regular
 * expression that fits, else the longest prefix; method, headers and query are compared within that one location. As NGINX
 * Gateway Fabric writes its configuration: a prefix without a slash at its end is two locations, `= /a` and `/a/`; longer
 * expressions stand first; the matches of one location stand in the order of `before`.
 */
export function takeLocation<One extends Entry>(entries: readonly One[], request: HttpRequest): Taken<One> {
  const path = plainPath(request);
  const locations = locationsOf(entries);
  const of = (kind: RouteMatch['path']['kind']) => locations.filter(([first]) => first?.match.path.kind === kind);
  const isExact = (own: readonly One[]) => valueOf(own) === path;
  const exact = of('exact').find(isExact) ?? (path.endsWith('/') ? undefined : of('prefix').find(isExact));
  if (exact) return within(exact, entries, request);
  const slashed = of('prefix').find((own) => valueOf(own) === `${path}/`);
  const [only] = slashed ?? [];
  if (only && slashed?.length === 1 && isPlain(only.match) && !only.choice.redirect)
    return { kind: 'slash', entry: only };
  const expression = firstLike(of('expression'), path);
  if (expression) return 'kind' in expression ? expression : within(expression.own, entries, request);
  const [longest] = of('prefix')
    .filter((own) => path.startsWith(withSlash(valueOf(own))))
    .sort((one, other) => lengthOf(other) - lengthOf(one));
  return longest ? within(longest, entries, request) : { kind: 'none' };
}

/** Matches with the same path are one location. */
function locationsOf<One extends Entry>(entries: readonly One[]): readonly (readonly One[])[] {
  const keyOf = ({ match: { path } }: One) => `${path.kind} ${path.value}`;
  const keys = [...new Set(entries.map(keyOf))];
  return keys.map((key) => entries.filter((entry) => keyOf(entry) === key).sort(before));
}

function valueOf([first]: readonly Entry[]): string {
  return first?.match.path.value ?? '';
}

function withSlash(value: string): string {
  return value.endsWith('/') ? value : `${value}/`;
}

/** Of `/a` and `/a/` the second has the location `/a/`. */
function lengthOf(own: readonly Entry[]): number {
  const value = valueOf(own);
  return withSlash(value).length * 2 + (value.endsWith('/') ? 1 : 0);
}

function firstLike<One extends Entry>(
  locations: readonly (readonly One[])[],
  path: string,
): { readonly own: readonly One[] } | Extract<Taken<One>, { kind: 'unknown' }> | undefined {
  const sorted = [...locations].sort((one, other) => {
    const [first, second] = [valueOf(one), valueOf(other)];
    return second.length - first.length || (first < second ? -1 : 1);
  });
  for (const own of sorted) {
    const fit = isLike(`^${valueOf(own)}`, path);
    if (fit === true) return { own };
    if (fit !== false) return { kind: 'unknown', why: fit };
  }
  return undefined;
}

/** The first match of a location that fits. One alone that asks for nothing beside the path is not looked at. */
function within<One extends Entry>(own: readonly One[], all: readonly One[], request: HttpRequest): Taken<One> {
  for (const entry of own) {
    const fit = fitsConditions(entry.match, request);
    if (fit === true) return { kind: 'rule', entry };
    if (fit !== false) return { kind: 'unknown', why: fit };
  }
  const [location] = own;
  if (!location) return { kind: 'none' };
  return { kind: 'unmatched', location, instead: byGatewayApi(all, request) };
}

function isPlain({ headers, query, method }: RouteMatch): boolean {
  return headers.length === 0 && query.length === 0 && method === undefined;
}

/** The order of matches with one path: method, headers, query, the older route, its name; those of one route as they stand. */
function before(one: Entry, other: Entry): number {
  const rank = ({ match: { method, headers, query } }: Entry) => [
    method === undefined ? 0 : 1,
    headers.length,
    query.length,
  ];
  const [first, second] = [rank(one), rank(other)];
  const index = first.findIndex((value, at) => value !== second[at]);
  if (index >= 0) return (second[index] ?? 0) - (first[index] ?? 0);
  if (one.created !== other.created) return one.created < other.created ? -1 : 1;
  return one.route === other.route ? 0 : one.route < other.route ? -1 : 1;
}

/** The Gateway API compares all rules, each with all that it asks for: the one that it would take. */
function byGatewayApi<One extends Entry>(entries: readonly One[], request: HttpRequest): One | undefined {
  const path = plainPath(request);
  const rank = ({ match }: Entry): number => {
    const { kind, value } = match.path;
    return kind === 'exact' ? Number.MAX_SAFE_INTEGER : kind === 'prefix' ? value.length : 0;
  };
  return entries
    .filter(({ match }) => fitsPath(match, path) === true && fitsConditions(match, request) === true)
    .sort((one, other) => rank(other) - rank(one) || before(one, other))[0];
}

function fitsPath({ path: { kind, value } }: RouteMatch, path: string): Fit {
  if (kind === 'exact') return path === value;
  if (kind === 'expression') return isLike(`^${value}`, path);
  return path === value.replace(/\/$/, '') || path.startsWith(withSlash(value));
}
