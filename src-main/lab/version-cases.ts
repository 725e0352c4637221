import type { Text } from '../contract/text.ts';

/** A kind of request that the stage header-routing sends to the second version. */
export interface VersionCase {
  readonly id: 'header' | 'cookie' | 'method' | 'path' | 'query';
  readonly sentence: Text;
  /** As an HTTPRoute matches it. */
  readonly match: Readonly<Record<string, unknown>>;
  /** As the user would type it, beside the address. */
  readonly curl: readonly string[];
  /** Before and after the path that is asked for. */
  readonly prefix?: string;
  readonly query?: string;
}

/** What stands before a path that leads to the second version; its pods get the path without it. */
const SECOND_PREFIX = '/v2';

/**
 * The cases, as the route has them. A cookie is one of several in its header, so it is looked for by an expression; NGINX compares
 * each part of a header between commas.
 */
export const versionCases: readonly VersionCase[] = [
  {
    id: 'header',
    sentence: { en: 'header X-Version: v2', ja: 'ヘッダー X-Version: v2' },
    match: { headers: [{ name: 'X-Version', value: 'v2' }] },
    curl: ['-H', 'X-Version: v2'],
  },
  {
    id: 'cookie',
    sentence: { en: 'cookie version=v2', ja: 'Cookie version=v2' },
    match: { headers: [{ type: 'RegularExpression', name: 'Cookie', value: '(^|; *)version=v2(;|$)' }] },
    curl: ['-b', 'theme=dark; version=v2'],
  },
  {
    id: 'method',
    sentence: { en: 'method PUT', ja: 'メソッド PUT' },
    match: { method: 'PUT' },
    curl: ['-X', 'PUT'],
  },
  {
    id: 'path',
    sentence: { en: `path ${SECOND_PREFIX}/…`, ja: `パス ${SECOND_PREFIX}/…` },
    match: { path: { type: 'PathPrefix', value: SECOND_PREFIX } },
    curl: [],
    prefix: SECOND_PREFIX,
  },
  {
    id: 'query',
    sentence: { en: 'query version=v2', ja: 'クエリ version=v2' },
    match: { queryParams: [{ name: 'version', value: 'v2' }] },
    curl: [],
    query: '?version=v2',
  },
];
