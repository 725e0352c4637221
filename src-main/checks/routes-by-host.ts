import { verbatim } from '../contract/text.ts';
import { hostName } from '../lab/lab.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';

export const routesByHost: Check = {
  id: 'routes-by-host',
  sentence: {
    en: 'Each host name is routed to its own environment, all at one VIP',
    ja: '1 つの VIP で、ホスト名ごとにそれぞれの環境へ振り分けられる',
  },
  on: 'client',
  patience: 90_000,
  async ask(question) {
    const { lab } = question;
    const hosts = lab.app.environments.map((environment) => hostName(lab, environment));
    const answers = await Promise.all(hosts.map((host) => askApp(question, `http://${lab.loadBalancer.vip}`, host)));
    const pods = answers.map(({ pod }) => pod).filter(Boolean);
    const distinct = new Set(pods).size === pods.length;
    return {
      status: passedIf(answers.every(({ ok }) => ok) && distinct),
      expected: {
        en: `an answer for each of ${hosts.length} hosts, from different pods`,
        ja: `${hosts.length} 個のホストそれぞれに、別の Pod から応答`,
      },
      actual: verbatim(hosts.map((host, index) => `${host}: ${answers[index]?.text ?? ''}`).join(', ')),
      meaning: {
        en: 'NGINX reads the Host header and chooses the HTTPRoute: one address serves several hosts.',
        ja: 'NGINX が Host ヘッダーを読んで HTTPRoute を選ぶ。1 つのアドレスで複数のホストを提供できる。',
      },
      remedy: {
        en: '404: the route is not attached (`kubectl describe httproute -A`). 502 or 503: its pods are not ready. No answer: see the checks of metallb.',
        ja: '404: ルートが紐付いていない (`kubectl describe httproute -A`)。502/503: Pod が Ready でない。応答なし: metallb の確認を見てください。',
      },
    };
  },
};
