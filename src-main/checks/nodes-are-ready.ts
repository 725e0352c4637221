import { verbatim } from '../contract/text.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { passedIf, type Check } from './check.ts';

export const nodesAreReady: Check = {
  id: 'nodes-are-ready',
  sentence: { en: 'Every node is Ready', ja: 'すべてのノードが Ready である' },
  on: 'control-plane',
  patience: 120_000,
  async ask(question) {
    const format = 'jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}';
    const { stdout } = await question.run(kubectl`get nodes -o ${format}`, { sudo: true });
    const states = stdout.trim().split(' ');
    return {
      status: passedIf(states.length === question.lab.nodes.length && states.every((state) => state.endsWith('=True'))),
      expected: { en: `${question.lab.nodes.length} nodes Ready`, ja: `${question.lab.nodes.length} 台が Ready` },
      actual: verbatim(states.join(', ')),
      meaning: {
        en: 'The kubelet of each node reports, and its pod network is configured.',
        ja: '各ノードの kubelet が報告し、Pod ネットワークが設定されている。',
      },
      remedy: {
        en: '`kubectl describe node NAME` shows why; `kubectl -n kube-flannel get pods -o wide` shows Flannel.',
        ja: '`kubectl describe node NAME` で理由が分かります。Flannel は `kubectl -n kube-flannel get pods -o wide` で見られます。',
      },
    };
  },
};
