import type { Check } from './check.ts';
import { pingBetweenPods } from './ping-between-pods.ts';

/** 1450 bytes, Flannel's MTU on an Ethernet of 1500, less 28 of IP and ICMP headers. */
const PAYLOAD = 1422;

export const mtuFits: Check = {
  id: 'mtu-fits',
  sentence: {
    en: 'A full packet fits through the pod network without being split',
    ja: '最大サイズのパケットが分割されずに Pod ネットワークを通る',
  },
  on: 'every-node',
  patience: 60_000,
  ask: (question) =>
    pingBetweenPods(question, PAYLOAD, {
      meaning: {
        en: 'VXLAN adds 50 bytes; the LAN carries the whole packet. Otherwise small requests work and large answers hang.',
        ja: 'VXLAN は 50 バイトを足すが、LAN はそれを運べる。そうでないと小さい要求は通り、大きい応答で止まる。',
      },
      remedy: {
        en: 'The MTU of the LAN interface is below 1500 on the way: set it the same on all nodes, and restart Flannel.',
        ja: '途中の LAN の MTU が 1500 未満です。全ノードで MTU を揃え、Flannel を再起動してください。',
      },
    }),
};
