import type { Text } from '../contract/text.ts';
import { hostName } from '../lab/lab.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { versionCases, type VersionCase } from '../lab/version-cases.ts';
import { readVersions, UNTOLD } from './app-version.ts';
import { appPath, askApp, tellsPod } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';

export const versionByRequest: Check = {
  id: 'version-by-request',
  sentence: {
    en: 'Header, cookie, method, path and query each pick the second version',
    ja: 'ヘッダー・Cookie・メソッド・パス・クエリのそれぞれで第 2 バージョンが選ばれる',
  },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { lab } = question;
    if (!tellsPod(question)) return UNTOLD;
    const host = hostName(lab, firstEnvironment(lab));
    const versions = await readVersions(question);
    const ask = async ({ curl, prefix = '', query = '' }: Pick<VersionCase, 'curl' | 'prefix' | 'query'>) => {
      const url = `http://${lab.loadBalancer.vip}${prefix}`;
      return askApp(question, url, { host, options: curl, query });
    };
    const answers = await Promise.all([{ curl: [] }, ...versionCases].map(ask));
    const told = answers.map(({ pod, text }) => versions.get(pod) ?? text);
    const [plain = '—', ...picked] = told;
    // a plain request goes to the first version, unless the stage traffic-split sends some of them to the second
    const isPlain = lab.optional.trafficSplit ? plain === 'v1' || plain === 'v2' : plain === 'v1';
    const parts = versionCases.map(({ sentence }, index) => ({ sentence, version: picked[index] ?? '—' }));
    return {
      status: passedIf(isPlain && picked.every((version) => version === 'v2')),
      expected: {
        en: `${listed(versionCases, 'en')}: v2${lab.optional.trafficSplit ? '' : '; without any of them: v1'}`,
        ja: `${listed(versionCases, 'ja')}: v2${lab.optional.trafficSplit ? '' : '。どれもなければ v1'}`,
      },
      actual: {
        en: [...parts.map(({ sentence, version }) => `${sentence.en}: ${version}`), `plain: ${plain}`].join(', '),
        ja: [...parts.map(({ sentence, version }) => `${sentence.ja}: ${version}`), `条件なし: ${plain}`].join(', '),
      },
      meaning: {
        en: 'Of two routes for one host the more specific match wins, whichever is older.',
        ja: '同じホスト名の 2 つのルートでは、古さにかかわらず条件の細かいほうが優先される。',
      },
      remedy: {
        en: `Follow one of them to see which rule took it: \`hoplab trace "curl -H 'X-Version: v2' http://${host}${appPath(question)}"\`.`,
        ja: `どのルールに当たったかは、1 つを追跡すると分かります: \`hoplab trace "curl -H 'X-Version: v2' http://${host}${appPath(question)}"\``,
      },
    };
  },
};

function listed(cases: readonly { readonly sentence: Text }[], language: keyof Text): string {
  return cases.map(({ sentence }) => sentence[language]).join(', ');
}
