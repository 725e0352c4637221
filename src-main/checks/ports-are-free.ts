import { kubeadmState } from '../facts/kubeadm-state.ts';
import { listeningPorts } from '../facts/listening-ports.ts';
import { passedIf, verbatim, type Check } from './check.ts';

/** TCP ports of kubeadm's own preflight, and Flannel's health port, which lies on the node itself. */
const NEEDED = { 'control-plane': [6443, 2379, 2380, 10250, 10257, 10259, 8081], worker: [10250, 8081] };

export const portsAreFree: Check = {
  id: 'ports-are-free',
  sentence: {
    en: 'Nobody else listens on the ports that Kubernetes needs',
    ja: 'Kubernetes が使うポートを他のプログラムが使っていない',
  },
  on: 'every-node',
  async ask(question) {
    const state = await question.read(question.machineName, kubeadmState);
    if (state.adminConf || state.kubeletConf || state.unfinished) {
      return {
        status: 'not-applicable',
        reason: {
          en: 'Kubernetes itself is on this node already.',
          ja: 'このノードではすでに Kubernetes が動いている。',
        },
      };
    }
    const role = question.lab.nodes.find(({ name }) => name === question.machineName)?.role ?? 'worker';
    const needed = NEEDED[role];
    const taken = (await question.read(question.machineName, listeningPorts)).filter(
      ({ protocol, port }) => protocol === 'tcp' && needed.includes(port),
    );
    return {
      status: passedIf(taken.length === 0),
      expected: { en: `free: ${needed.join(', ')}`, ja: `空き: ${needed.join(', ')}` },
      actual:
        taken.length === 0
          ? { en: 'all free', ja: 'すべて空き' }
          : verbatim(taken.map(({ port, program }) => `${port} (${program || '?'})`).join(', ')),
      meaning: {
        en: 'A port that is taken makes kubeadm or Flannel fail later.',
        ja: '使われているポートがあると、後で kubeadm や Flannel が失敗する。',
      },
      remedy: {
        en: 'Stop the program that listens there (`ss -tlnp` names it), or take an earlier cluster off this node.',
        ja: 'そのポートを使うプログラムを止める（`ss -tlnp` で分かる）か、以前のクラスタをこのノードから取り除いてください。',
      },
    };
  },
};
