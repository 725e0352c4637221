import { sharesAsWeighted } from '../checks/shares-as-weighted.ts';
import { applyChange } from '../cluster/apply.ts';
import { labelled } from '../cluster/manifest.ts';
import { readCustomObjects } from '../cluster/objects.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { hostName } from '../lab/lab.ts';
import { appListener, isSplit, plainRoute, splitRoute } from './gateway-objects.ts';
import { applyRoute, routeTaken } from './apply-route.ts';
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
    return applyRoute(context, {
      stage: 'gateway', // whose route it is
      sentence: {
        en: `Send ${split.weight} % of the requests to ${host} to the second version`,
        ja: `${host} へのリクエストの ${split.weight} % を第 2 バージョンに送る`,
      },
      route: splitRoute(lab, split, await appListener(context)),
    });
  },

  async undo(context) {
    const { lab } = context;
    if (!(await readCustomObjects(context)).some(isSplit)) return [];
    const route = plainRoute(lab, firstEnvironment(lab), await appListener(context));
    const back = applyChange(
      context,
      {
        en: `Send all requests to ${hostName(lab, firstEnvironment(lab))} to the first version`,
        ja: `${hostName(lab, firstEnvironment(lab))} へのリクエストをすべて第 1 バージョンに送る`,
      },
      [JSON.stringify(labelled(route, 'gateway'))],
    );
    return [back, routeTaken(context, route)];
  },
};
