import { verbatim } from '../contract/text.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';

export const wrongHostIsRefused: Check = {
  id: 'wrong-host-is-refused',
  sentence: { en: 'A host name without a route gets 404', ja: 'ルートのないホスト名には 404 が返る' },
  on: 'client',
  patience: 30_000,
  async ask(question) {
    const answer = await askApp(question, `http://${question.lab.loadBalancer.vip}`, 'nobody.example');
    return {
      status: passedIf(answer.status === 404),
      expected: verbatim('404'),
      actual: verbatim(answer.text),
      meaning: {
        en: 'It is NGINX that answers, by host name: not whatever pod stands behind the address.',
        ja: 'アドレスの先の Pod ではなく、NGINX がホスト名を見て応答している。',
      },
      remedy: {
        en: 'A route without hostnames catches everything: `kubectl get httproutes -A`.',
        ja: 'hostnames のないルートがすべてを受けています: `kubectl get httproutes -A`',
      },
    };
  },
};
