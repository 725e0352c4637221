import { expect, it } from 'vitest';
import { isAccepted, parseHttpRoute } from '../../../src-main/cluster/http-routes.ts';

/** A route with a parent for each status of its condition Accepted; undefined: its controller has not said. */
function routeOf(statuses: readonly (string | undefined)[]) {
  const parents = statuses.map((status, index) => ({
    parentRef: { name: 'gateway', sectionName: `listener-${index}` },
    conditions: status === undefined ? [] : [{ type: 'Accepted', status, reason: 'Any' }],
  }));
  return parseHttpRoute({ metadata: { namespace: 'prod', name: 'shop' }, spec: {}, status: { parents } });
}

it.each([
  [['False', 'True'], true],
  [['True', 'False'], true],
  [[undefined, 'True'], true],
  [['False', undefined], false],
  [['False', 'False'], false],
  [[undefined], undefined],
  [[], undefined],
] as const)('a route whose parents say %j is accepted: %j', (statuses, accepted) => {
  expect(isAccepted(routeOf(statuses))).toBe(accepted);
});
