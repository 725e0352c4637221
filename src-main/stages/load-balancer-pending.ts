import { externalIpIsPending } from '../checks/external-ip-is-pending.ts';
import { apply, deleteApplied, hasApplied } from '../cluster/apply.ts';
import { loadBalancerService } from './app.ts';
import { gatewayHoldsVip } from '../cluster/vip.ts';
import type { Stage } from './stage.ts';

export const loadBalancerPending: Stage = {
  id: 'load-balancer-pending',
  title: { en: 'LoadBalancer without MetalLB', ja: 'MetalLB なしの LoadBalancer' },
  problem: {
    en: "A NodePort client uses a node's address and a port from 30000 to 32767: when that node is down, the app is unreachable.",
    ja: 'NodePort ではノードの IP と 30000〜32767 のポートを直接指定する。そのノードが停止するとアプリに届かない。',
  },
  solves: {
    en: 'A LoadBalancer Service requests an address of its own. On premises nothing assigns one: EXTERNAL-IP stays <pending>.',
    ja: 'LoadBalancer Service は専用のアドレスを求める。しかしオンプレミスでは割り当てるものがなく、EXTERNAL-IP は <pending> のまま。',
  },
  seed: '1.2',
  needs: ['node-port'], // its Service leads to the app, in the namespace of the app
  livesIn: 'cluster',
  checks: [externalIpIsPending],

  async decide(context) {
    if (await gatewayHoldsVip(context)) return [];
    return apply(context, {
      stage: 'load-balancer-pending',
      sentence: { en: 'Request an address with a LoadBalancer Service', ja: 'LoadBalancer Service でアドレスを求める' },
      objects: [loadBalancerService(context.lab)],
    });
  },

  async undo(context) {
    if (!(await hasApplied(context, 'load-balancer-pending'))) return [];
    return deleteApplied(context, 'load-balancer-pending', ['services'], {
      en: 'Remove the LoadBalancer Service',
      ja: 'LoadBalancer Service を取り除く',
    });
  },
};
