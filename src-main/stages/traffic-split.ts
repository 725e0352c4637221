import { sharesAsWeighted } from '../checks/shares-as-weighted.ts';
import { apply, applyChange } from '../cluster/apply.ts';
import { labelled } from '../cluster/manifest.ts';
import { readCustomObjects } from '../cluster/objects.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { hostName } from '../lab/lab.ts';
import { changesOf } from '../plan/plan.ts';
import { gatewayObjects, isSplit, splitRoute } from './gateway-objects.ts';
import { routeTaken } from './route-taken.ts';
import type { Stage } from './stage.ts';

export const trafficSplit: Stage = {
  id: 'traffic-split',
  title: { en: 'Traffic splitting', ja: 'トラフィック分割' },
  problem: {
    en: 'The second version runs, but no request reaches it: it cannot be tried with a part of them.',
    ja: '第 2 バージョンは動いているが、リクエストが届かず、その一部で試すことができない。',
  },
  solves: {
    en: 'The HTTPRoute has both Services with weights: NGINX draws one for each request.',
    ja: 'HTTPRoute が両方の Service を weight 付きで持ち、NGINX がリクエストごとに選ぶ。',
  },
  needs: ['gateway', 'second-version'],
  isPartOf: ({ optional }) => optional.trafficSplit !== undefined,
  livesIn: 'cluster',
  checks: [sharesAsWeighted],

  async decide(context) {
    const { lab } = context;
    const split = lab.optional.trafficSplit;
    if (!split) return [];
    const host = hostName(lab, firstEnvironment(lab));
    const route = splitRoute(lab, split);
    const plan = await apply(context, {
      stage: 'gateway', // whose route it is
      sentence: {
        en: `Send ${split.weight} % of the requests to ${host} to the second version`,
        ja: `${host} へのリクエストの ${split.weight} % を第 2 バージョンに送る`,
      },
      objects: [route],
    });
    return [plan, changesOf(plan).length > 0 ? routeTaken(context, route) : []];
  },

  async undo(context) {
    const { lab } = context;
    if (!(await readCustomObjects(context)).some(isSplit)) return [];
    const { name, namespace } = { name: lab.name, namespace: firstEnvironment(lab).name };
    const routes = gatewayObjects(lab).filter(
      ({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === name && metadata.namespace === namespace,
    );
    const back = applyChange(
      context,
      {
        en: `Send all requests to ${hostName(lab, firstEnvironment(lab))} to the first version`,
        ja: `${hostName(lab, firstEnvironment(lab))} へのリクエストをすべて第 1 バージョンに送る`,
      },
      routes.map((route) => JSON.stringify(labelled(route, 'gateway'))),
    );
    return [back, routes.map((route) => routeTaken(context, route))];
  },
};
