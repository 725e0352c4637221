import { verbatim } from '../contract/text.ts';
import { hostNames } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import { passedIf, type Check } from './check.ts';

export const httpRedirects: Check = {
  id: 'http-redirects',
  sentence: { en: 'HTTP is redirected to HTTPS', ja: 'HTTP は HTTPS へリダイレクトされる' },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { lab } = question;
    const hosts = hostNames(lab);
    const answers = await Promise.all(
      hosts.map(async (host) => {
        const { stdout, stderr } = await question.run(
          sh`${embed(CURL)} -m 3 -o /dev/null -w ${'%{http_code} %{redirect_url}'} -H ${`Host: ${host}`} ${`http://${lab.loadBalancer.vip}/hostname?q=1`}`,
        );
        const said = stdout.trim();
        return { host, said: said === '000' ? stderr.trim() : said };
      }),
    );
    return {
      status: passedIf(answers.every(({ host, said }) => said === `301 https://${host}/hostname?q=1`)),
      expected: verbatim(hosts.map((host) => `301 https://${host}/hostname?q=1`).join(', ')),
      actual: verbatim(answers.map(({ said }) => said).join(', ')),
      meaning: {
        en: 'NGINX responds itself, and no pod is asked: the same address with https.',
        ja: 'NGINX 自身が、どの Pod にも問い合わせずに、同じアドレスの https を返す。',
      },
      remedy: {
        en: '404: the redirect is not attached to the listener http (`kubectl describe httproute -A`). 200: another route is there as well; roll out the stage tls again.',
        ja: '404: リダイレクトがリスナー http に紐付いていない (`kubectl describe httproute -A`)。200: ほかのルートもそこにある。ステージ tls をもう一度展開してください。',
      },
    };
  },
};
