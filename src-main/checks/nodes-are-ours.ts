import { isForeign, kubeadmState } from '../facts/kubeadm-state.ts';
import { passedIf, type Check } from './check.ts';

export const nodesAreOurs: Check = {
  id: 'nodes-are-ours',
  sentence: {
    en: 'The node is not part of a cluster that Hoplab did not make',
    ja: 'ノードが Hoplab 以外の作ったクラスターの一部ではない',
  },
  on: 'every-node',
  async ask(question) {
    const foreign = isForeign(await question.read(question.machineName, kubeadmState));
    return {
      status: passedIf(!foreign),
      expected: { en: 'no files of another cluster', ja: '別のクラスターのファイルがない' },
      actual: foreign
        ? {
            en: 'files of another cluster in /etc/kubernetes or /var/lib/etcd',
            ja: '/etc/kubernetes か /var/lib/etcd に別のクラスターのファイルがある',
          }
        : { en: 'none', ja: 'なし' },
      meaning: {
        en: 'Hoplab changes only what it made itself and does not touch other clusters.',
        ja: 'Hoplab は自分が作ったものだけを変更し、ほかの人のクラスターには手を触れない。',
      },
      remedy: {
        en: 'Use another machine, or remove the cluster yourself with `kubeadm reset` and roll out again.',
        ja: '別のマシンを使うか、自分で `kubeadm reset` を実行してから展開し直してください。',
      },
    };
  },
};
