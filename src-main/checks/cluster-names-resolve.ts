import { verbatim } from '../contract/text.ts';
import { addressText, parseCidr } from '../lab/ipv4.ts';
import { embed, sh } from '../machines/command.ts';
import { DIG } from '../machines/own-programs.ts';
import { passedIf, type Check } from './check.ts';

export const clusterNamesResolve: Check = {
  id: 'cluster-names-resolve',
  sentence: { en: 'Names inside the cluster still resolve', ja: 'クラスター内の名前も引き続き解決できる' },
  on: 'client',
  patience: 30_000,
  async ask(question) {
    const { lab } = question;
    const { stdout } = await question.run(
      sh`${embed(DIG)} +short +time=1 +tries=2 @${lab.nodes[0]?.address ?? ''} -p ${lab.dns.nodePort} kubernetes.default.svc.cluster.local`,
    );
    const wanted = addressText(parseCidr(lab.kubernetes.serviceCidr).first + 1); // the API server takes the first
    return {
      status: passedIf(stdout.trim() === wanted),
      expected: {
        en: `${wanted}, the address of the API server inside the cluster`,
        ja: `${wanted} (クラスター内の API サーバーのアドレス)`,
      },
      actual: verbatim(stdout.trim() || '—'),
      meaning: {
        en: 'The zone has its own server block; the cluster.local block is unchanged.',
        ja: 'ゾーンは専用のサーバーブロックにあり、cluster.local のブロックには触れていない。',
      },
      remedy: {
        en: 'Compare the ConfigMap kube-system/coredns with what kubeadm writes: the block `.:53` needs its kubernetes plugin.',
        ja: 'ConfigMap kube-system/coredns の `.:53` ブロックに kubernetes プラグインがあるか確かめてください。',
      },
    };
  },
};
