import type { Basis, Stopped } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { Quote } from './path-facts.ts';
import { REASONS, type Told } from './stop-reasons.ts';

/** Why a packet went no further, before it is known which hop was its last. */
export interface Stop {
  readonly cause: Stopped['cause'];
  readonly because?: Stopped['because'];
  /** What happened, with the addresses and rules of this packet. */
  readonly sentence: Text;
}

/** The end of a path that stopped. */
export function stopped(
  { cause, because = null, sentence }: Stop,
  hop: string | null,
  { basis, evidence }: { readonly basis: Basis; readonly evidence: readonly Quote[] },
): Stopped {
  const told = because === null ? CAUSES[cause] : REASONS[because];
  return { status: 'stopped', basis, cause, because, hop, sentence, ...told, evidence: [...evidence] };
}

const CAUSES: Readonly<Record<Stopped['cause'], Told>> = {
  'no-arp-answer': {
    meaning: {
      en: 'No machine on the LAN answers ARP for the address: the packet cannot be delivered.',
      ja: 'そのアドレスの ARP に応答するマシンが LAN にない。パケットを届けられない。',
    },
    remedy: {
      en: 'Check whether the machine is up, and for a VIP, which node announces it: `kubectl get servicel2status -A`.',
      ja: 'マシンが起動しているか、VIP ならどのノードが広告しているかを `kubectl get servicel2status -A` で確かめてください。',
    },
  },
  'nobody-announces': {
    meaning: {
      en: 'The address belongs to no Service, so no MetalLB speaker answers ARP for it.',
      ja: 'そのアドレスを持つ Service がないので、MetalLB の speaker は ARP に応答しない。',
    },
    remedy: {
      en: 'Check the assigned addresses: `kubectl get services -A`, column EXTERNAL-IP.',
      ja: '`kubectl get services -A` の EXTERNAL-IP で、割り当て済みのアドレスを確かめてください。',
    },
  },
  'dropped-by-rule': {
    meaning: {
      en: 'A packet filter rule on that node dropped or rejected the packet. kube-proxy writes such rules for Services without a usable endpoint; others come from a firewall.',
      ja: 'そのノードのパケットフィルターのルールがパケットを破棄した。kube-proxy は応答できるエンドポイントのない Service にこのルールを書く。ほかはファイアウォールのもの。',
    },
    remedy: {
      en: "The rule's comment shows its owner. For a Service, see `kubectl get endpointslices -A`; otherwise change the firewall.",
      ja: 'ルールのコメントが持ち主を示す。Service なら `kubectl get endpointslices -A` を確かめ、そうでなければファイアウォールを直してください。',
    },
  },
  'overlay-blocked': {
    meaning: {
      en: 'The packet left for the other node in VXLAN (UDP 8472) and did not arrive: something between the nodes drops it.',
      ja: 'パケットは VXLAN (UDP 8472) に包まれて別のノードへ出たが、届いていない。ノード間のどこかで破棄されている。',
    },
    remedy: {
      en: 'Allow UDP 8472 between the nodes: check the firewalls of the nodes, the VM host and the switch.',
      ja: 'ノード間で UDP 8472 を通してください。ノード、VM のホスト、スイッチのファイアウォールを確かめてください。',
    },
  },
  'mtu-too-small': {
    meaning: {
      en: 'Small packets pass, large ones do not: with 50 bytes of VXLAN overhead, a full packet exceeds the MTU between the nodes.',
      ja: '小さいパケットは通るが大きいものは通らない。VXLAN の 50 バイトを足すと、ノード間のネットワークの MTU を超える。',
    },
    remedy: {
      en: 'Set the MTU of flannel.1 and cni0 to 50 bytes less than that of the network interface, or increase the network’s MTU.',
      ja: 'flannel.1 と cni0 の MTU をネットワークインターフェースより 50 バイト小さくするか、ネットワークの MTU を大きくしてください。',
    },
  },
  'no-route': {
    meaning: {
      en: 'The machine cannot reach the address: no route, or no forwarding entry behind the route.',
      ja: 'そのアドレスへの経路がないか、経路の先についての登録がない。',
    },
    remedy: {
      en: 'flanneld writes the routes of pod networks: see `kubectl -n kube-flannel get pods -o wide` and its logs.',
      ja: 'Pod のネットワークの経路は flanneld が書く。`kubectl -n kube-flannel get pods -o wide` とログを確かめてください。',
    },
  },
  'not-listening': {
    meaning: {
      en: 'The packet arrived at its destination, but no program listens on that port.',
      ja: 'パケットは宛先に着いたが、そのポートで待っているプログラムがない。',
    },
    remedy: {
      en: 'Compare the port with those of the Service and the container (`kubectl get services -A`, targetPort), and check the pod’s log.',
      ja: 'ポート番号を Service (`kubectl get services -A`) の port と targetPort、コンテナのポートと見比べ、Pod のログを確かめてください。',
    },
  },
  'no-http-route': {
    meaning: {
      en: 'NGINX received the request but has no route for this host and path: it returns 404 itself.',
      ja: 'NGINX はリクエストを受け取ったが、このホストとパスの転送先がない。NGINX 自身が 404 を返す。',
    },
    remedy: {
      en: 'Compare the Host header with `kubectl get httproutes -A`, and check whether the Gateway accepts the route.',
      ja: 'Host ヘッダーを `kubectl get httproutes -A` と見比べ、ルートが Gateway に受け入れられているか確かめてください。',
    },
  },
  'no-upstream': {
    meaning: {
      en: 'NGINX returns an error itself when it has no backend pod, or no pod responds.',
      ja: 'NGINX は、問い合わせる Pod がないか応答がないとき、自分でエラーを返す。',
    },
    remedy: {
      en: "Check whether the Service of the route has ready endpoints (`kubectl get endpointslices -A`) and whether its pods listen on that port; NGINX's log (`kubectl logs` of its pod) shows what it tried.",
      ja: 'ルートの Service に Ready なエンドポイントがあるか (`kubectl get endpointslices -A`)、その Pod がそのポートで待ち受けているか確かめてください。NGINX が何を試したかは、その Pod の `kubectl logs` にあります。',
    },
  },
  'name-unknown': {
    meaning: {
      en: 'The name server does not know the name, so there is no address to send the request to.',
      ja: '問い合わせ先のネームサーバーがその名前を知らない。リクエストを送るアドレスがない。',
    },
    remedy: {
      en: 'Check the names in the zone: `kubectl -n kube-system get configmap coredns -o yaml`. Roll out `cluster-dns` again.',
      ja: '`kubectl -n kube-system get configmap coredns -o yaml` でゾーンの名前を確かめ、`cluster-dns` をもう一度展開してください。',
    },
  },
  'resolver-not-asked': {
    meaning: {
      en: 'CoreDNS knows the name, but the client’s resolver does not query it: the zone is not routed to the cluster.',
      ja: 'CoreDNS はその名前を知っているが、クライアントのリゾルバーが問い合わせていない。ゾーンがクラスターに向けられていない。',
    },
    remedy: {
      en: 'Roll out the stage `client-resolver`, or query the cluster directly: `dig @NODE -p 30053 NAME`.',
      ja: 'ステージ `client-resolver` を展開するか、`dig @ノード -p 30053 名前` で直接問い合わせてください。',
    },
  },
  closed: {
    meaning: {
      en: 'The connection was established, but closed without an HTTP response.',
      ja: '接続はできたが、HTTP の応答なしに切断された。',
    },
    remedy: {
      en: 'Check the log of the program at the last hop. A program that expects another protocol on that port (TLS or the PROXY protocol) also does this.',
      ja: '最後のホップのプログラムのログを確かめてください。そのポートで別のプロトコル (TLS や PROXY protocol) を待つプログラムもこうなります。',
    },
  },
  timeout: {
    meaning: {
      en: 'The request was sent, but no response came in time; the last hop is where the packet was last seen.',
      ja: 'リクエストは送られたが、時間内に応答がない。最後のホップがパケットの最後に見えた場所。',
    },
    remedy: {
      en: 'Check what comes after the last hop: is the node up, is its firewall open, is the pod running?',
      ja: '最後のホップの次を調べてください。ノードは起動しているか、ファイアウォールは開いているか、Pod は動いているか。',
    },
  },
};
