import type { Text } from '../contract/text.ts';
import { hostName } from '../lab/lab.ts';
import { firstEnvironment, secondVersionName } from '../lab/object-names.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import { readVersions, UNTOLD } from './app-version.ts';
import { appPath, redirected, tellsPod } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';
import { chanceInterval, percent, shareInterval } from './share-interval.ts';

const REQUESTS = 500;

export const sharesAsWeighted: Check = {
  id: 'shares-as-weighted',
  sentence: {
    en: 'Each version gets its share of the requests',
    ja: '各バージョンが weight どおりの割合でリクエストを受ける',
  },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { lab } = question;
    const weight = lab.optional.trafficSplit?.weight ?? 0;
    if (!tellsPod(question)) return UNTOLD;
    const host = hostName(lab, firstEnvironment(lab));
    const url = `http://${lab.loadBalancer.vip}${appPath(question)}`;
    const [versions, { stdout }] = await Promise.all([
      readVersions(question),
      // one curl, whose pattern makes the requests; each line: the pod and the status
      question.run(
        sh`${embed(CURL)} --no-globoff -m 30 -w ${' %{http_code}\\n'} -H ${[`Host: ${host}`, ...redirected(question, host)]} ${`${url}?request=[1-${REQUESTS}]`} | sort | uniq -c`,
        { timeout: 45_000 },
      ),
    ]);
    const counted = { v1: 0, v2: 0, other: 0 };
    for (const line of stdout.split('\n')) {
      const [, count = '0', pod = '', status = ''] = /^\s*(\d+) (\S*) (\d{3})$/.exec(line) ?? [];
      counted[(status === '200' ? versions.get(pod) : undefined) ?? 'other'] += Number(count);
    }
    const asked = counted.v1 + counted.v2 + counted.other;
    const share = counted.v2 / Math.max(asked, 1);
    const chance = chanceInterval(weight / 100, REQUESTS);
    return {
      status: passedIf(asked === REQUESTS && counted.other === 0 && share >= chance.from && share <= chance.to),
      expected: {
        en: `${weight} % of ${REQUESTS} requests to ${secondVersionName(lab)}: by chance ${percent(chance.from)} to ${percent(chance.to)}, but for one time in 10,000`,
        ja: `${REQUESTS} 回のリクエストの ${weight} % が ${secondVersionName(lab)} に届く (1 万回に 1 回の例外を除き ${percent(chance.from)} から ${percent(chance.to)})`,
      },
      actual: seen(counted, asked, share),
      meaning: {
        en: 'NGINX draws a backend for each request by the weights of the HTTPRoute: the more requests, the closer the shares come to them.',
        ja: 'NGINX は HTTPRoute の weight に従ってリクエストごとにバックエンドを選ぶ。リクエストが多いほど割合は weight に近づく。',
      },
      remedy: {
        en: 'Compare the weights (`kubectl get httproutes -A -o yaml`); a response that came from neither version is a 500 or 503 of NGINX: its Service has no ready pod.',
        ja: 'weight を見てください: `kubectl get httproutes -A -o yaml`。どちらのバージョンでもない応答は NGINX の 500 か 503 で、その Service に Ready な Pod がありません。',
      },
    };
  },
};

function seen(counted: { readonly v2: number; readonly other: number }, asked: number, share: number): Text {
  const { from, to } = shareInterval(counted.v2, asked);
  const other = { en: `; ${counted.other} from neither version`, ja: `。どちらでもない応答 ${counted.other} 件` };
  const none = { en: '', ja: '' };
  const rest = counted.other > 0 ? other : none;
  return {
    en: `${counted.v2} of ${asked} (${percent(share)}); 95 % confidence interval ${percent(from)} to ${percent(to)}${rest.en}`,
    ja: `${asked} 回中 ${counted.v2} 回 (${percent(share)})。95 % 信頼区間 ${percent(from)} から ${percent(to)}${rest.ja}`,
  };
}
