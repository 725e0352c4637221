import { verbatim } from '../contract/text.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';

/** In the page that NGINX makes itself. An app has a 404 of its own. */
const NGINX = /<center>nginx\b/;

export const wrongHostIsRefused: Check = {
  id: 'wrong-host-is-refused',
  sentence: { en: 'A host name without a route gets 404', ja: 'ルートのないホスト名には 404 が返る' },
  on: 'client',
  patience: 30_000,
  async ask(question) {
    const answer = await askApp(question, `http://${question.lab.loadBalancer.vip}`, {
      host: 'nobody.example',
    });
    const isNginx = NGINX.test(answer.body);
    return {
      status: passedIf(answer.status === 404 && isNginx),
      expected: verbatim('404 (nginx)'),
      actual: verbatim(`${answer.text}${isNginx ? ' (nginx)' : ''}`),
      meaning: {
        en: 'NGINX responds, by host name, and not some pod behind the address.',
        ja: 'アドレスの先の Pod ではなく、NGINX がホスト名を見て応答している。',
      },
      remedy: {
        en: 'A route without hostnames matches every host: `kubectl get httproutes -A`.',
        ja: 'hostnames のないルートがすべてを受けています: `kubectl get httproutes -A`',
      },
    };
  },
};
