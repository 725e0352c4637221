import { verbatim, type Text } from '../contract/text.ts';
import { hostNames } from '../lab/lab.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';
import { remedyOfNames } from './remedy-of-names.ts';

export const appByName: Check = {
  id: 'app-by-name',
  sentence: {
    en: 'The app responds at its name: curl http://NAME',
    ja: '名前だけでアプリが応答する: curl http://名前',
  },
  on: 'client',
  patience: 30_000,
  async ask(question) {
    const { lab } = question;
    const names = hostNames(lab);
    const answers = await Promise.all(names.map((name) => askApp(question, `http://${name}`)));
    const passed = answers.every(({ ok }) => ok);
    return {
      status: passedIf(passed),
      expected: verbatim('HTTP 200'),
      actual: verbatim(names.map((name, index) => `${name}: ${answers[index]?.text ?? ''}`).join(', ')),
      meaning: {
        en: 'The whole path works: name, VIP, leader, kube-proxy, NGINX, pod, and back.',
        ja: '名前・VIP・リーダー・kube-proxy・NGINX・Pod、そして帰り道まで、すべて通じている。',
      },
      remedy: passed ? USUAL : await remedyOfNames(question, names, USUAL),
    };
  },
};

const USUAL: Text = {
  en: 'See which earlier check fails: `hoplab verify` runs them all.',
  ja: '`hoplab verify` で、手前のどのチェックが失敗するか調べてください。',
};
