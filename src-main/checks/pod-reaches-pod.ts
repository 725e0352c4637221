import type { Check } from './check.ts';
import { pingBetweenPods } from './ping-between-pods.ts';

export const podReachesPod: Check = {
  id: 'pod-reaches-pod',
  sentence: {
    en: 'A pod on this node can reach a pod on every other node',
    ja: 'このノードの Pod が他のすべてのノードの Pod に届く',
  },
  on: 'every-node',
  patience: 60_000,
  ask: (question) =>
    pingBetweenPods(question, 8, {
      meaning: {
        en: 'Packets between pods pass cni0, flannel.1 and, in VXLAN, the LAN, in both directions.',
        ja: 'Pod 間のパケットが cni0・flannel.1・VXLAN に包まれた LAN を往復できる。',
      },
      remedy: {
        en: 'Look at UDP 8472 between the nodes (`tcpdump -ni any udp port 8472`), and at `kubectl -n kube-flannel logs ds/kube-flannel-ds`.',
        ja: 'ノード間の UDP 8472 (`tcpdump -ni any udp port 8472`) と `kubectl -n kube-flannel logs ds/kube-flannel-ds` を見てください。',
      },
    }),
};
