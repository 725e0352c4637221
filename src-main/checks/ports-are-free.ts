import { verbatim } from '../contract/text.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { listeningPorts, type ListeningPort } from '../facts/listening-ports.ts';
import { passedIf, type Check } from './check.ts';

/** On every node: the kubelet, Flannel's health, kube-proxy (health, metrics), MetalLB's speaker (members, health, metrics). */
const EVERYWHERE = [10250, 8081, 10249, 10256, 7946, 17472, 9120];
/** TCP ports: those of kubeadm's own preflight, and of the pods that live in the node's own network. */
const TCP = { 'control-plane': [6443, 2379, 2380, 10257, 10259, ...EVERYWHERE], worker: EVERYWHERE };
/** MetalLB's speaker. Flannel's port is tried by vxlan-passes, which listens there meanwhile. */
const UDP = [7946];

export const portsAreFree: Check = {
  id: 'ports-are-free',
  sentence: {
    en: 'The ports that Kubernetes needs are free',
    ja: 'Kubernetes が使うポートが空いている',
  },
  on: 'every-node',
  async ask(question) {
    const state = await question.read(question.machineName, kubeadmState);
    if (state.adminConf || state.kubeletConf || state.unfinished) {
      return {
        status: 'not-applicable',
        reason: {
          en: 'Kubernetes already runs on this node.',
          ja: 'このノードではすでに Kubernetes が動いている。',
        },
      };
    }
    const role = question.lab.nodes.find(({ name }) => name === question.machineName)?.role ?? 'worker';
    const needed = [...TCP[role].map(String), ...UDP.map((port) => `${port}/udp`)];
    const taken = (await question.read(question.machineName, listeningPorts)).filter(({ protocol, port }) =>
      (protocol === 'tcp' ? TCP[role] : UDP).includes(port),
    );
    return {
      status: passedIf(taken.length === 0),
      expected: { en: `free: ${needed.join(', ')}`, ja: `空き: ${needed.join(', ')}` },
      actual: taken.length === 0 ? { en: 'all free', ja: 'すべて空き' } : verbatim(taken.map(portText).join(', ')),
      meaning: {
        en: 'A port already in use makes kubeadm, Flannel or MetalLB fail later.',
        ja: '使われているポートがあると、後で kubeadm・Flannel・MetalLB が失敗する。',
      },
      remedy: {
        en: 'Stop the program that uses the port (`ss -tulnp` shows it), or remove an earlier cluster from this node.',
        ja: 'そのポートを使うプログラムを止める (`ss -tulnp` で分かる) か、以前のクラスターをこのノードから取り除いてください。',
      },
    };
  },
};

function portText({ protocol, port, program }: ListeningPort): string {
  return `${port}${protocol === 'udp' ? '/udp' : ''} (${program || '?'})`;
}
