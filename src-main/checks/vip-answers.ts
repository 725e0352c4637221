import { verbatim } from '../contract/text.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';
import { gatewayTookOver } from './superseded.ts';

export const vipAnswers: Check = {
  id: 'vip-answers',
  sentence: { en: 'The app answers at the VIP, port 80', ja: 'VIP の 80 番ポートでアプリが応答する' },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const superseded = await gatewayTookOver(question);
    if (superseded) return superseded;
    const answer = await askApp(question, `http://${question.lab.loadBalancer.vip}`);
    return {
      status: passedIf(answer.ok),
      expected: verbatim('HTTP 200'),
      actual: verbatim(answer.text),
      meaning: {
        en: "The leader takes the packet, and its kube-proxy leads it to a pod: no node's address, no odd port.",
        ja: 'リーダーがパケットを受け取り、その kube-proxy が Pod に導く。ノードの IP も特別なポートも要らない。',
      },
      remedy: {
        en: 'ARP answers but HTTP does not: look at kube-proxy on the leader, and at the pods (`kubectl get endpointslices -A`).',
        ja: 'ARP に応答があって HTTP に応答がないなら、リーダーの kube-proxy と Pod (`kubectl get endpointslices -A`) を見てください。',
      },
    };
  },
};
