import { verbatim } from '../contract/text.ts';
import { firstEnvironment, loadBalancerName } from '../lab/object-names.ts';
import { passedIf, type Check } from './check.ts';
import { serviceAddress } from './service-address.ts';
import { metallbCame } from './superseded.ts';

export const externalIpIsPending: Check = {
  id: 'external-ip-is-pending',
  sentence: {
    en: 'EXTERNAL-IP of the LoadBalancer Service stays <pending>',
    ja: 'LoadBalancer Service の EXTERNAL-IP が <pending> のままである',
  },
  on: 'control-plane',
  async ask(question) {
    const superseded = await metallbCame(question);
    if (superseded) return superseded;
    const { lab } = question;
    const addresses = await serviceAddress(question, firstEnvironment(lab).name, loadBalancerName(lab));
    return {
      status: passedIf(addresses?.length === 0),
      expected: verbatim('<pending>'),
      actual:
        addresses === undefined
          ? { en: 'no such LoadBalancer Service', ja: 'その LoadBalancer Service がない' }
          : verbatim(addresses.join(', ') || '<pending>'),
      meaning: {
        en: "Kubernetes only requests an address; assigning one is the cloud's job. Here nothing does it yet, which is what MetalLB is for.",
        ja: 'Kubernetes はアドレスを求めるだけで、割り当てるのはクラウドの役目。ここにはまだその役がいない。そのための MetalLB である。',
      },
      remedy: {
        en: 'Something already assigns addresses: look for another load balancer (k3s servicelb, kube-vip, a cloud controller).',
        ja: 'すでに何かがアドレスを割り当てています。別のロードバランサー (k3s servicelb, kube-vip など) を探してください。',
      },
    };
  },
};
