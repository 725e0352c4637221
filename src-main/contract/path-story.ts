import type { Hop } from './path.ts';
import type { Text } from './text.ts';

/* The story that a path is an instance of: its numbered steps, to be shown with a lab's own values beside them. */

export interface StoryStep {
  /** `①`; empty: the section has no numbers. */
  readonly step: string;
  readonly passage: Text;
  /** Other places of the story that tell of the same: `5.3④`. */
  readonly alsoAt: readonly string[];
  /** Only of hops of this layer. */
  readonly layer?: Hop['layer'];
}

export interface StorySection {
  readonly section: string;
  readonly title: Text;
  readonly steps: readonly StoryStep[];
}

function step(step: string, en: string, ja: string, ...alsoAt: readonly string[]): StoryStep {
  return { step, passage: { en, ja }, alsoAt };
}

export const story: readonly StorySection[] = [
  {
    section: '1.1',
    title: { en: 'NodePort', ja: 'NodePort' },
    steps: [
      step(
        '①',
        'The client asks for the address of a node and the NodePort.',
        'クライアントがノードの IP と NodePort にリクエストを送る。',
      ),
      step(
        '②',
        'kube-proxy’s rules on that node see that it is for the NodePort.',
        'そのノードの kube-proxy の規則が NodePort 宛だと見分ける。',
      ),
    ],
  },
  {
    section: '2.2',
    title: { en: 'The VIP, at layer 2', ja: 'VIP (L2 モード)' },
    steps: [
      step(
        '①',
        'The client asks the LAN by ARP: which MAC address has this IP?',
        'クライアントが ARP で LAN に尋ねる: この IP の MAC アドレスは？',
      ),
      step(
        '②',
        'One node answers with its own MAC address; for a VIP it is MetalLB’s leader.',
        '1 台のノードが自分の MAC アドレスを答える。VIP なら MetalLB のリーダーである。',
      ),
      step(
        '③',
        'The request goes to that MAC address, so to that node.',
        'リクエストはその MAC アドレス、つまりそのノードへ送られる。',
      ),
      step(
        '④',
        'The node takes the packet, though the destination is the VIP.',
        'ノードが、宛先が VIP のままのパケットを受け取る。',
      ),
    ],
  },
  {
    section: '3.2',
    title: { en: 'Through the Gateway', ja: 'Gateway を通る' },
    steps: [
      step('④', 'NGINX reads the Host header.', 'NGINX が Host ヘッダーを確かめる。'),
      step(
        '⑤',
        'It looks for the listener of the Gateway and the HTTPRoute that fit.',
        'Gateway のリスナーと HTTPRoute から、合うものを探す。',
      ),
      step(
        '⑥',
        'It knows the endpoints of the Service that the route names.',
        'ルートが指す Service のエンドポイントを知っている。',
      ),
      step(
        '⑦',
        'It passes the request to one of these pods itself, as a reverse proxy.',
        'リバースプロキシとして、その Pod の 1 つへ直接送る。',
      ),
      step('⑨', 'The answer returns to the client by the same way.', '応答が逆の経路でクライアントに戻る。'),
    ],
  },
  {
    section: '4.3',
    title: { en: 'The name', ja: '名前' },
    steps: [
      step('①', 'The client asks for the A record of the name.', 'クライアントが名前の A レコードを問い合わせる。'),
      step(
        '②',
        'CoreDNS has the name in its zone and answers with the VIP.',
        'CoreDNS はゾーンにその名前を持ち、VIP を返す。',
      ),
      step('③', 'The client has an address to send its request to.', 'クライアントが送り先のアドレスを得る。'),
    ],
  },
  {
    section: '5.3',
    title: { en: 'How the packet is translated', ja: 'パケット変換の流れ' },
    steps: [
      step(
        '①',
        'PREROUTING: as soon as a packet has come in, it jumps to KUBE-SERVICES.',
        'PREROUTING: 受信直後のパケットが KUBE-SERVICES に渡される。',
      ),
      step(
        '②',
        'KUBE-SERVICES: destination and port match a Service, and its chain is next.',
        'KUBE-SERVICES: 宛先 IP とポートが Service に一致し、その Service のチェーンへ進む。',
      ),
      step(
        '③',
        'KUBE-SVC: one of the pods is chosen, by chance and evenly.',
        'KUBE-SVC: 確率で均等に Pod を 1 つ選ぶ。',
      ),
      step(
        '④',
        'KUBE-SEP: DNAT. The destination becomes the address and port of the pod.',
        'KUBE-SEP: DNAT を実行し、宛先を Pod の IP とポートに書き換える。',
      ),
      step(
        '⑤',
        'Routing: the pod’s address belongs to the network of a node, and the packet goes there.',
        'ルーティング判断: Pod の IP が属するネットワークのノードへ送る。',
      ),
    ],
  },
  {
    section: '5.4',
    title: { en: 'Between the nodes', ja: 'ノード間の転送' },
    steps: [
      step(
        '⑥',
        'Flannel puts the packet into VXLAN: outside the nodes’ addresses, inside the packet as it is.',
        'Flannel が VXLAN でカプセル化する。外側はノードの IP、内側は元のパケットのまま。',
      ),
      step(
        '⑦',
        'On the other node Flannel takes it out again.',
        '相手のノードで Flannel がデカプセル化し、内側のパケットを取り出す。',
      ),
      step('⑧', 'cni0: the pod’s veth is a port of this bridge.', 'cni0 ブリッジ: Pod の veth がつながっている。'),
      step(
        '⑨',
        'In the pod’s network namespace the program gets the request, and answers.',
        'Pod のネットワーク名前空間でアプリケーションがリクエストを受け取り、応答を返す。',
      ),
    ],
  },
  {
    section: '5.5',
    title: { en: 'The way back', ja: '応答の帰り道' },
    steps: [
      step(
        '',
        'conntrack remembers how the request was translated and undoes it: the answer comes from the address that the client had asked, and it never learns of the pod.',
        'conntrack が行きの変換を覚えていて元に戻す。応答はリクエストした相手から返ったように見え、クライアントは Pod を意識しない。',
        '3.2⑨',
      ),
    ],
  },
  {
    section: '5.6',
    title: { en: 'The whole way', ja: '全体の流れ' },
    steps: [
      step('①', 'The request goes to the node.', 'リクエストがノードへ届く。', '1.1①', '2.2③'),
      step('②', 'DNAT: the destination becomes the pod’s.', 'DNAT で宛先が Pod になる。', '5.3④'),
      step('③', 'Routing: the pod’s network is that of a node.', 'ルーティングで Pod のいるノードが決まる。', '5.3⑤'),
      step('④', 'Into VXLAN.', 'VXLAN カプセル化。', '5.4⑥'),
      step('⑤', 'Out of VXLAN.', 'VXLAN デカプセル化。', '5.4⑦'),
      step('⑥', 'Through cni0 to the pod.', 'cni0 ブリッジ経由で Pod へ。', '5.4⑧'),
      step('⑦', 'The program handles it.', 'アプリケーションが処理する。', '5.4⑨'),
      step('⑧', 'It answers.', '応答を送る。', '3.2⑨'),
      { ...step('⑨', 'conntrack undoes the translation.', 'conntrack が変換を元に戻す。', '5.5'), layer: 'kernel' },
    ],
  },
];

/** Whether a hop is what a step of the story tells of. */
export function isTold(hop: Pick<Hop, 'seed' | 'layer'>, section: string, { step, alsoAt, layer }: StoryStep): boolean {
  if (layer !== undefined && hop.layer !== layer) return false;
  const places = placesOf(hop);
  return [`${section}${step}`, ...alsoAt].some((place) => places.includes(place));
}

/** What the story says of a hop, at the place that the hop names. */
export function passagesOf(hop: Pick<Hop, 'seed'>): readonly Text[] {
  const places = placesOf(hop);
  return story.flatMap(({ section, steps }) =>
    steps.filter(({ step }) => places.includes(`${section}${step}`)).map(({ passage }) => passage),
  );
}

/** `③④` of §5.3 are two places: `5.3③`, `5.3④`. */
function placesOf({ seed }: Pick<Hop, 'seed'>): readonly string[] {
  if (!seed) return [];
  return seed.step === '' ? [seed.section] : Array.from(seed.step, (one) => `${seed.section}${one}`);
}
