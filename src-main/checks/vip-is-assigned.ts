import { verbatim } from '../contract/text.ts';
import { firstEnvironment, loadBalancerName } from '../lab/object-names.ts';
import { passedIf, type Check } from './check.ts';
import { serviceAddress } from './service-address.ts';
import { gatewayTookOver } from './superseded.ts';

export const vipIsAssigned: Check = {
  id: 'vip-is-assigned',
  sentence: {
    en: 'The LoadBalancer Service has the VIP as its EXTERNAL-IP',
    ja: 'LoadBalancer Service の EXTERNAL-IP が VIP になっている',
  },
  on: 'control-plane',
  patience: 60_000,
  async ask(question) {
    const superseded = await gatewayTookOver(question);
    if (superseded) return superseded;
    const { lab } = question;
    const addresses = await serviceAddress(question, firstEnvironment(lab).name, loadBalancerName(lab));
    return {
      status: passedIf(addresses?.join() === lab.loadBalancer.vip),
      expected: verbatim(lab.loadBalancer.vip),
      actual:
        addresses === undefined
          ? { en: 'no such LoadBalancer Service', ja: 'その LoadBalancer Service がない' }
          : verbatim(addresses.join(', ') || '<pending>'),
      meaning: {
        en: "MetalLB's controller assigned the VIP from its pool.",
        ja: 'MetalLB のコントローラーがプールから VIP を割り当てた。',
      },
      remedy: {
        en: '`kubectl describe service` shows the reason; `kubectl -n metallb-system get ipaddresspools` shows the pool.',
        ja: '理由は `kubectl describe service` に、プールは `kubectl -n metallb-system get ipaddresspools` に出ます。',
      },
    };
  },
};
