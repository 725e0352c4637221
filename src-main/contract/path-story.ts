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
        'The client sends a request to a node’s address and the NodePort.',
        'クライアントがノードの IP と NodePort にリクエストを送る。',
      ),
      step(
        '②',
        'kube-proxy’s rules on that node match the NodePort.',
        'そのノードの kube-proxy のルールが NodePort 宛だと見分ける。',
      ),
    ],
  },
  {
    section: '2.2',
    title: { en: 'The VIP, at layer 2', ja: 'VIP (L2 モード)' },
    steps: [
      step(
        '①',
        'The client broadcasts an ARP request: which MAC address has this IP?',
        'クライアントが ARP で LAN に尋ねる: この IP の MAC アドレスは?',
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
        'The node accepts the packet, although its destination is the VIP.',
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
        'It selects the matching listener of the Gateway and the matching HTTPRoute.',
        'Gateway のリスナーと HTTPRoute から、合うものを探す。',
      ),
      step(
        '⑥',
        'It knows the endpoints of the Service in the route’s backendRefs.',
        'ルートが指す Service のエンドポイントを知っている。',
      ),
      step(
        '⑦',
        'As a reverse proxy, it forwards the request directly to one of these pods.',
        'リバースプロキシとして、その Pod の 1 つへ直接送る。',
      ),
      step('⑨', 'The response returns to the client by the same path.', '応答が逆の経路でクライアントに戻る。'),
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
      step('③', 'The client has the address for its request.', 'クライアントが宛先のアドレスを得る。'),
    ],
  },
  {
    section: '5.3',
    title: { en: 'How the packet is translated', ja: 'パケット変換の流れ' },
    steps: [
      step(
        '①',
        'PREROUTING: every incoming packet jumps to KUBE-SERVICES.',
        'PREROUTING: 受信直後のパケットが KUBE-SERVICES に渡される。',
      ),
      step(
        '②',
        'KUBE-SERVICES: destination IP and port match a Service; jump to its chain.',
        'KUBE-SERVICES: 宛先 IP とポートが Service に一致し、その Service のチェーンへ進む。',
      ),
      step(
        '③',
        'KUBE-SVC: picks one of the pods at random, with equal probability.',
        'KUBE-SVC: 確率で均等に Pod を 1 つ選ぶ。',
      ),
      step(
        '④',
        'KUBE-SEP: DNAT rewrites the destination to the pod’s IP and port.',
        'KUBE-SEP: DNAT を実行し、宛先を Pod の IP とポートに書き換える。',
      ),
      step(
        '⑤',
        'Routing: the pod’s IP is in the pod subnet of a node; the packet goes to that node.',
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
        'Flannel encapsulates the packet in VXLAN: the nodes’ addresses outside, the original packet inside.',
        'Flannel が VXLAN でカプセル化する。外側はノードの IP、内側は元のパケットのまま。',
      ),
      step(
        '⑦',
        'On the other node, Flannel decapsulates it.',
        '相手のノードで Flannel がデカプセル化し、内側のパケットを取り出す。',
      ),
      step('⑧', 'cni0: the pod’s veth is attached to this bridge.', 'cni0 ブリッジ: Pod の veth がつながっている。'),
      step(
        '⑨',
        'In the pod’s network namespace, the application receives the request and responds.',
        'Pod のネットワーク名前空間でアプリケーションがリクエストを受け取り、応答を返す。',
      ),
    ],
  },
  {
    section: '5.5',
    title: { en: 'The return path', ja: '応答の帰り道' },
    steps: [
      step(
        '',
        'conntrack has recorded the translation and reverses it: the response comes from the address the client sent to, and the client never sees the pod.',
        'conntrack が行きの変換を覚えていて元に戻す。応答はリクエストした相手から返ったように見え、クライアントは Pod を意識しない。',
        '3.2⑨',
      ),
    ],
  },
  {
    section: '5.6',
    title: { en: 'The whole path', ja: '全体の流れ' },
    steps: [
      step('①', 'The request goes to the node.', 'リクエストがノードへ届く。', '1.1①', '2.2③'),
      step('②', 'DNAT: the destination becomes the pod.', 'DNAT で宛先が Pod になる。', '5.3④'),
      step('③', 'Routing: the pod subnet determines the node.', 'ルーティングで Pod のいるノードが決まる。', '5.3⑤'),
      step('④', 'VXLAN encapsulation.', 'VXLAN カプセル化。', '5.4⑥'),
      step('⑤', 'VXLAN decapsulation.', 'VXLAN デカプセル化。', '5.4⑦'),
      step('⑥', 'Through cni0 to the pod.', 'cni0 ブリッジ経由で Pod へ。', '5.4⑧'),
      step('⑦', 'The application handles it.', 'アプリケーションが処理する。', '5.4⑨'),
      step('⑧', 'It responds.', '応答を送る。', '3.2⑨'),
      { ...step('⑨', 'conntrack reverses the translation.', 'conntrack が変換を元に戻す。', '5.5'), layer: 'kernel' },
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
