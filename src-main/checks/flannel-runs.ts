import { verbatim } from '../contract/text.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { passedIf, type Check } from './check.ts';

export const flannelRuns: Check = {
  id: 'flannel-runs',
  sentence: { en: 'Flannel is ready on every node', ja: 'すべてのノードで Flannel が準備できている' },
  on: 'control-plane',
  patience: 120_000,
  async ask(question) {
    const wanted = question.lab.nodes.length;
    const format = 'jsonpath={.status.numberReady}';
    const { stdout } = await question.run(kubectl`-n kube-flannel get daemonset kube-flannel-ds -o ${format}`, {
      sudo: true,
    });
    return {
      status: passedIf(Number(stdout) === wanted),
      expected: { en: `${wanted} pods ready`, ja: `${wanted} 個の Pod が Ready` },
      actual: verbatim(stdout.trim() || '0'),
      meaning: {
        en: 'Flannel on each node keeps the routes and neighbor entries of the pod network up to date.',
        ja: '各ノードの Flannel が Pod ネットワークの経路と隣接情報を最新に保っている。',
      },
      remedy: {
        en: '`kubectl -n kube-flannel describe pods` and `kubectl -n kube-flannel logs ds/kube-flannel-ds` show what it is waiting for.',
        ja: '`kubectl -n kube-flannel describe pods` と `kubectl -n kube-flannel logs ds/kube-flannel-ds` で何を待っているか分かります。',
      },
    };
  },
};
