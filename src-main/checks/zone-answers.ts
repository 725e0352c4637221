import { verbatim } from '../contract/text.ts';
import { zoneNames } from '../lab/own-apps.ts';
import { embed, sh } from '../machines/command.ts';
import { DIG } from '../machines/own-programs.ts';
import { passedIf, type Check } from './check.ts';

/** Several pods answer, and each has to know the zone: which one is asked is chance. */
const QUERIES = 4;

export const zoneAnswers: Check = {
  id: 'zone-answers',
  sentence: {
    en: "CoreDNS answers queries from the LAN for the lab's names, over UDP and TCP",
    ja: 'CoreDNS が LAN からのラボの名前の問い合わせに UDP と TCP で答える',
  },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { lab } = question;
    const names = zoneNames(lab);
    const server = ['+short', '+time=1', '+tries=2', `@${lab.nodes[0]?.address ?? ''}`, '-p', lab.dns.nodePort];
    const answers = await Promise.all(
      names.flatMap((name) => [
        question.run(sh`${embed(DIG)} ${server} ${Array.from({ length: QUERIES }, () => name)}`),
        question.run(sh`${embed(DIG)} +tcp ${server} ${Array.from({ length: QUERIES }, () => name)}`),
      ]),
    );
    const found = answers.map(({ stdout }) => [...new Set(stdout.trim().split('\n'))].join(' '));
    return {
      status: passedIf(found.every((answer) => answer === lab.loadBalancer.vip)),
      expected: verbatim(lab.loadBalancer.vip),
      actual: verbatim(
        names.map((name, index) => `${name}: UDP ${found[2 * index]}, TCP ${found[2 * index + 1]}`).join('; '),
      ),
      meaning: {
        en: 'Any client that queries a node on this port gets the VIP. dig does so when given the server; the system resolver does not yet.',
        ja: 'このポートでノードに問い合わせれば VIP が得られる。dig はサーバーを指定すれば問い合わせるが、システムのリゾルバーはまだ問い合わせない。',
      },
      remedy: {
        en: 'See `kubectl -n kube-system logs deploy/coredns` and `kubectl -n kube-system get service coredns-lan`.',
        ja: '`kubectl -n kube-system logs deploy/coredns` と `kubectl -n kube-system get service coredns-lan` を見てください。',
      },
    };
  },
};
