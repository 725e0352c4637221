import { verbatim } from '../contract/text.ts';
import { kubeProxyMode } from '../facts/kube-proxy-mode.ts';
import { passedIf, type Check } from './check.ts';

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
    return {
      status: passedIf(mode === wanted),
      expected: verbatim(wanted),
      actual: verbatim(mode ?? '—'),
      meaning: {
        en: 'Paths show its rules: follow a request in both modes and compare the two paths.',
        ja: 'そのルールはパスに現れる。両方のモードでリクエストを追跡し、2 つのパスを比べられる。',
      },
      remedy: {
        en: 'See `kubectl -n kube-system logs ds/kube-proxy`: nftables needs Linux 5.13 or newer on the node.',
        ja: '`kubectl -n kube-system logs ds/kube-proxy` を見てください。nftables にはノードの Linux 5.13 以上が必要です。',
      },
    };
  },
};
