import { interfaceOf, interfaces } from '../facts/interfaces.ts';
import type { Answer, Check } from './check.ts';
import { pingBetweenPods } from './ping-between-pods.ts';

/** What VXLAN adds, and the IP and ICMP headers inside. Bytes. */
const HEADERS = 50 + 28;

export const mtuFits: Check = {
  id: 'mtu-fits',
  sentence: {
    en: 'A full-size packet passes the pod network without fragmentation',
    ja: '最大サイズのパケットが分割されずに Pod ネットワークを通る',
  },
  on: 'every-node',
  patience: 60_000,
  async ask(question) {
    const { lab, machineName } = question;
    const address = lab.nodes.find(({ name }) => name === machineName)?.address ?? '';
    const mtu = interfaceOf(await question.read(machineName, interfaces), address)?.mtu ?? 0;
    if (mtu <= HEADERS) return unknownMtu(address);
    return pingBetweenPods(question, mtu - HEADERS, {
      meaning: {
        en: 'VXLAN adds 50 bytes, and the LAN carries the whole packet. Otherwise small requests work and large responses hang.',
        ja: 'VXLAN は 50 バイトを足すが、LAN はそれを運べる。そうでないと小さいリクエストは通るが、大きい応答が返らない。',
      },
      remedy: {
        en: `The LAN interface has an MTU of ${mtu}, but something on the path has a smaller one: set the same MTU on all nodes and switches, and restart Flannel.`,
        ja: `LAN のインターフェースの MTU は ${mtu} ですが、途中のどこかがそれより小さくなっています。全ノードとスイッチで MTU を揃え、Flannel を再起動してください。`,
      },
    });
  },
};

/** Then nobody can say which packet is a full one. */
function unknownMtu(address: string): Answer {
  return {
    status: 'failed',
    expected: { en: `an interface with ${address}, and its MTU`, ja: `${address} を持つインターフェースとその MTU` },
    actual: { en: 'none', ja: 'なし' },
    meaning: {
      en: "The full packet size depends on the LAN interface's MTU.",
      ja: '最大のパケットの大きさは LAN のインターフェースの MTU で決まる。',
    },
    remedy: {
      en: "The address in the lab file must be one of the node's own: compare it with `ip addr`.",
      ja: 'ラボファイルのアドレスはノード自身のものでなければなりません。`ip addr` と比べてください。',
    },
  };
}
