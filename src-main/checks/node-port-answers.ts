import { verbatim } from '../contract/text.ts';
import { askApp } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';

export const nodePortAnswers: Check = {
  id: 'node-port-answers',
  sentence: {
    en: 'The app responds at the NodePort of every node',
    ja: 'すべてのノードの NodePort でアプリが応答する',
  },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { nodes, app } = question.lab;
    const answers = await Promise.all(
      nodes.map(({ address }) => askApp(question, `http://${address}:${app.nodePort}`)),
    );
    return {
      status: passedIf(answers.every(({ ok }) => ok)),
      expected: { en: `a response from each of ${nodes.length} nodes`, ja: `${nodes.length} 台すべてから応答` },
      actual: verbatim(nodes.map(({ address }, index) => `${address}: ${answers[index]?.text ?? ''}`).join(', ')),
      meaning: {
        en: 'kube-proxy on each node forwards the port to a pod, wherever it runs. But the client has to choose a node.',
        ja: '各ノードの kube-proxy が、Pod がどこにあってもポートを転送する。ただしクライアントはノードを指定しなければならない。',
      },
      remedy: {
        en: 'Check whether the pods are running (`kubectl get pods -A -o wide`) and whether a firewall blocks the port on that node.',
        ja: 'Pod が動いているか (`kubectl get pods -A -o wide`)、そのノードのファイアウォールがポートを閉じていないか確かめてください。',
      },
    };
  },
};
