import { z } from 'zod';

const match = z.object({
  path: z.object({ type: z.string().default('PathPrefix'), value: z.string().default('/') }).optional(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  queryParams: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  method: z.string().optional(),
});

const schema = z.object({
  spec: z.object({
    rules: z.array(z.object({ matches: z.array(match).default([]) })).default([]),
  }),
});

/** One way to match a rule of an HTTPRoute: all that it names must be so. */
export interface RouteMatch {
  readonly path: { readonly kind: 'exact' | 'prefix' | 'expression'; readonly value: string };
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly query: readonly { readonly name: string; readonly value: string }[];
  readonly method: string | undefined;
}

const KINDS: Readonly<Record<string, RouteMatch['path']['kind']>> = {
  Exact: 'exact',
  RegularExpression: 'expression',
};

/** The matches of each rule of an HTTPRoute as the API server has it. A rule without any matches every path. */
export function parseRouteMatches(object: unknown): readonly (readonly RouteMatch[])[] {
  const { spec } = schema.parse(object);
  return spec.rules.map(({ matches }) =>
    (matches.length === 0 ? [match.parse({})] : matches).map(({ path, headers, queryParams, method }) => ({
      path: { kind: KINDS[path?.type ?? ''] ?? 'prefix', value: path?.value ?? '/' },
      headers,
      query: queryParams,
      method,
    })),
  );
}
