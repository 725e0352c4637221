import { verbatim } from '../contract/text.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';

export const nodePortAnswers: Check = {
  id: 'node-port-answers',
  sentence: { en: 'The app answers at the NodePort of every node', ja: 'すべてのノードの NodePort でアプリが応答する' },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { nodes, app } = question.lab;
    const answers = await Promise.all(
      nodes.map(({ address }) => askApp(question, `http://${address}:${app.nodePort}`)),
    );
    return {
      status: passedIf(answers.every(({ ok }) => ok)),
      expected: { en: `an answer from each of ${nodes.length} nodes`, ja: `${nodes.length} 台すべてから応答` },
      actual: verbatim(nodes.map(({ address }, index) => `${address}: ${answers[index]?.text ?? ''}`).join(', ')),
      meaning: {
        en: 'kube-proxy on each node leads the port to a pod, wherever the pod runs. But the client has to name a node.',
        ja: '各ノードの kube-proxy が、Pod がどこにあってもポートを導く。ただしクライアントはノードを指定しなければならない。',
      },
      remedy: {
        en: 'See whether the pods run (`kubectl get pods -A -o wide`) and whether a firewall closes the port on that node.',
        ja: 'Pod が動いているか (`kubectl get pods -A -o wide`)、そのノードのファイアウォールがポートを閉じていないか確かめてください。',
      },
    };
  },
};
