import { readCustomObjects } from '../cluster/objects.ts';
import { gatewayHoldsVip } from '../cluster/vip.ts';
import type { Answer, Question } from './check.ts';

/** The answer of a check whose question the Gateway has made void: it holds the VIP now. Undefined when it has not. */
export async function gatewayTookOver(question: Question): Promise<Answer | undefined> {
  if (!(await gatewayHoldsVip(question))) return undefined;
  return {
    status: 'not-applicable',
    reason: {
      en: 'The Gateway now holds the VIP; the LoadBalancer Service of this stage has released it.',
      ja: 'いまは Gateway が VIP を持ち、このステージの LoadBalancer Service は VIP を手放した。',
    },
  };
}

/** The answer of a check that only holds until MetalLB has addresses to hand out. Undefined while it has none. */
export async function metallbCame(question: Question): Promise<Answer | undefined> {
  const pool = (await readCustomObjects(question)).some(({ kind }) => kind === 'IPAddressPool');
  if (!pool) return gatewayTookOver(question);
  return {
    status: 'not-applicable',
    reason: {
      en: 'MetalLB is installed and assigns addresses: nothing is pending any more.',
      ja: 'MetalLB がアドレスを割り当てるので、もう pending ではない。',
    },
  };
}
