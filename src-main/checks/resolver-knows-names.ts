import { verbatim, type Text } from '../contract/text.ts';
import { hostNames } from '../lab/lab.ts';
import { passedIf, type Check } from './check.ts';
import { remedyOfNames } from './remedy-of-names.ts';

export const resolverKnowsNames: Check = {
  id: 'resolver-knows-names',
  sentence: {
    en: "The client's system resolver resolves the lab's names",
    ja: 'クライアントのシステムのリゾルバーがラボの名前を解決する',
  },
  on: 'client',
  patience: 30_000,
  async ask(question) {
    const { lab, client } = question;
    const names = hostNames(lab);
    const answers = await Promise.all(names.map((name) => question.run(client.lookUp(name))));
    const found = answers.map(({ stdout }) => stdout.trim());
    const passed = found.every((answer) => answer === lab.loadBalancer.vip);
    return {
      status: passedIf(passed),
      expected: verbatim(lab.loadBalancer.vip),
      actual: verbatim(names.map((name, index) => `${name}: ${found[index] || '—'}`).join(', ')),
      meaning: {
        en: 'Browsers, curl and every other program that uses the system resolver find the name, not only dig.',
        ja: 'dig だけでなく、ブラウザや curl など、システムのリゾルバーを使うすべてのプログラムが名前を解決できる。',
      },
      remedy: passed ? USUAL : await remedyOfNames(question, names, USUAL),
    };
  },
};

const USUAL: Text = {
  en: 'Linux: `resolvectl query NAME` and `resolvectl status`. macOS: `scutil --dns`; a VPN may override it.',
  ja: 'Linux は `resolvectl query 名前` と `resolvectl status`、macOS は `scutil --dns` を見てください。VPN が上書きすることもあります。',
};
