import { verbatim } from '../contract/text.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';
import { gatewayTookOver } from './superseded.ts';

export const vipAnswers: Check = {
  id: 'vip-answers',
  sentence: { en: 'The app responds at the VIP, port 80', ja: 'VIP の 80 番ポートでアプリが応答する' },
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
        en: 'The leader receives the packet and its kube-proxy forwards it to a pod: no node address and no special port.',
        ja: 'リーダーがパケットを受け取り、その kube-proxy が Pod に転送する。ノードの IP も特別なポートも要らない。',
      },
      remedy: {
        en: 'If ARP works but HTTP does not, look at kube-proxy on the leader, and at the pods (`kubectl get endpointslices -A`).',
        ja: 'ARP に応答があって HTTP に応答がないなら、リーダーの kube-proxy と Pod (`kubectl get endpointslices -A`) を見てください。',
      },
    };
  },
};
