import { verbatim } from '../contract/text.ts';
import { hostName } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { DIG } from '../machines/own-programs.ts';
import { passedIf, type Check } from './check.ts';

export const aaaaIsEmpty: Check = {
  id: 'aaaa-is-empty',
  sentence: {
    en: 'CoreDNS answers AAAA queries with an empty NOERROR',
    ja: 'CoreDNS が AAAA の問い合わせに空の NOERROR を返す',
  },
  on: 'client',
  patience: 30_000,
  async ask(question) {
    const { lab } = question;
    const [environment] = lab.app.environments;
    const name = environment ? hostName(lab, environment) : lab.dns.zone;
    const { stdout } = await question.run(
      sh`${embed(DIG)} +time=1 +tries=2 @${lab.nodes[0]?.address ?? ''} -p ${lab.dns.nodePort} AAAA ${name}`,
    );
    const status = /status: (\w+)/.exec(stdout)?.[1] ?? '—';
    const answers = /ANSWER: (\d+)/.exec(stdout)?.[1] ?? '—';
    return {
      status: passedIf(status === 'NOERROR' && answers === '0'),
      expected: verbatim('NOERROR, ANSWER: 0'),
      actual: verbatim(`${status}, ANSWER: ${answers}`),
      meaning: {
        en: 'macOS accepts this at once; after any other response for a name below .local it waits 5 s.',
        ja: 'macOS はこれをすぐに受け入れる。.local 以下の名前でほかの応答が返ると 5 秒待つ。',
      },
      remedy: {
        en: "Remove `fallthrough` from the hosts block of the lab's zone in the ConfigMap kube-system/coredns.",
        ja: 'ConfigMap kube-system/coredns のラボのゾーンの hosts から `fallthrough` を外してください。',
      },
    };
  },
};
