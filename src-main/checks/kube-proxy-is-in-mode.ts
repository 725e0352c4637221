import { verbatim, type Text } from '../contract/text.ts';
import { ARP_IGNORE, arpIgnore } from '../facts/arp-ignore.ts';
import { kubeProxyMode } from '../facts/kube-proxy-mode.ts';
import { passedIf, type Check } from './check.ts';

const OF_IPVS: Text = {
  en: "See `kubectl -n kube-system logs ds/kube-proxy`: ipvs needs the modules ip_vs, ip_vs_rr and nf_conntrack of the node's kernel. Without strictARP every node answers ARP for every VIP, which lies on kube-ipvs0: `kubectl -n kube-system edit configmap kube-proxy`.",
  ja: '`kubectl -n kube-system logs ds/kube-proxy` を見てください。ipvs にはノードのカーネルのモジュール ip_vs、ip_vs_rr、nf_conntrack が必要です。strictARP がないと、kube-ipvs0 に VIP を持つ全ノードが ARP に応答します (`kubectl -n kube-system edit configmap kube-proxy`)。',
};

export const kubeProxyIsInMode: Check = {
  id: 'kube-proxy-is-in-mode',
  sentence: {
    en: 'kube-proxy says that it works in the mode that the lab file asks for',
    ja: 'kube-proxy が、ラボファイルの求めるモードで動いていると答える',
  },
  on: 'every-node',
  patience: 60_000,
  async ask(question) {
    const wanted = question.lab.optional.kubeProxyMode ?? '';
    const mode = await question.readFresh(question.machineName, kubeProxyMode);
    const arp = wanted === 'ipvs' ? await question.readFresh(question.machineName, arpIgnore) : undefined;
    const isStrict = arp === undefined || arp > 0;
    return {
      status: passedIf(mode === wanted && isStrict),
      expected: verbatim(arp === undefined ? wanted : `${wanted}, ${ARP_IGNORE} = 1`),
      actual: verbatim(arp === undefined ? (mode ?? '—') : `${mode ?? '—'}, ${ARP_IGNORE} = ${arp}`),
      meaning: {
        en: 'Paths show its rules: follow a request in both modes and compare the two paths.',
        ja: 'そのルールはパスに現れる。両方のモードでリクエストを追跡し、2 つのパスを比べられる。',
      },
      remedy:
        wanted === 'ipvs'
          ? OF_IPVS
          : {
              en: 'See `kubectl -n kube-system logs ds/kube-proxy`: nftables needs Linux 5.13 or newer on the node.',
              ja: '`kubectl -n kube-system logs ds/kube-proxy` を見てください。nftables にはノードの Linux 5.13 以上が必要です。',
            },
    };
  },
};
