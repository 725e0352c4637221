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
      en: 'Nobody on the LAN says that the address is theirs: there is no machine for the packet to go to.',
      ja: 'LAN の誰もそのアドレスを名乗らない。パケットの届け先になるマシンがない。',
    },
    remedy: {
      en: 'See whether the machine runs, and for a VIP who announces it: `kubectl get servicel2status -A`.',
      ja: 'マシンが起動しているか、VIP なら誰が広告しているかを `kubectl get servicel2status -A` で確かめてください。',
    },
  },
  'nobody-announces': {
    meaning: {
      en: 'The address belongs to no Service, so no speaker of MetalLB answers ARP for it.',
      ja: 'そのアドレスを持つ Service がないので、MetalLB の speaker は ARP に応答しない。',
    },
    remedy: {
      en: 'See which addresses are given: `kubectl get services -A`, column EXTERNAL-IP.',
      ja: '`kubectl get services -A` の EXTERNAL-IP で、割り当て済みのアドレスを確かめてください。',
    },
  },
  'dropped-by-rule': {
    meaning: {
      en: 'A rule of the packet filter on that node took the packet out. kube-proxy writes such rules for Services without an endpoint that may answer; others come from a firewall.',
      ja: 'そのノードのパケットフィルタの規則がパケットを捨てた。kube-proxy は応答できるエンドポイントのない Service にこの規則を書く。ほかはファイアウォールのもの。',
    },
    remedy: {
      en: 'The rule says by its comment whose it is. Of a Service: see `kubectl get endpointslices -A`. Else change the firewall.',
      ja: '規則のコメントが持ち主を示す。Service なら `kubectl get endpointslices -A` を確かめ、そうでなければファイアウォールを直してください。',
    },
  },
  'overlay-blocked': {
    meaning: {
      en: 'The packet left for the other node inside VXLAN (UDP 8472) and did not arrive there: something between the nodes drops it.',
      ja: 'パケットは VXLAN (UDP 8472) に包まれて別のノードへ出たが、届いていない。ノード間のどこかで捨てられている。',
    },
    remedy: {
      en: 'Let UDP 8472 pass between the nodes: see the firewalls of the nodes, of the host of the VMs and of the switch.',
      ja: 'ノード間で UDP 8472 を通してください。ノード、VM のホスト、スイッチのファイアウォールを確かめてください。',
    },
  },
  'mtu-too-small': {
    meaning: {
      en: 'Small packets pass, big ones do not: with the 50 bytes of VXLAN around it a full packet is larger than the network between the nodes carries.',
      ja: '小さいパケットは通るが大きいものは通らない。VXLAN の 50 バイトを足すと、ノード間のネットワークの MTU を超える。',
    },
    remedy: {
      en: 'Make the MTU of flannel.1 and cni0 50 bytes smaller than that of the network card, or the network’s larger.',
      ja: 'flannel.1 と cni0 の MTU をネットワークカードより 50 バイト小さくするか、ネットワークの MTU を大きくしてください。',
    },
  },
  'no-route': {
    meaning: {
      en: 'The machine has no way to the address: no route, or no entry for what lies behind the route.',
      ja: 'そのアドレスへの経路がないか、経路の先についての登録がない。',
    },
    remedy: {
      en: 'Of pods’ networks flanneld writes the routes: see `kubectl -n kube-flannel get pods -o wide` and its logs.',
      ja: 'Pod のネットワークの経路は flanneld が書く。`kubectl -n kube-flannel get pods -o wide` とログを確かめてください。',
    },
  },
  'not-listening': {
    meaning: {
      en: 'The packet arrived where it was to go, and no program waits for it at that port.',
      ja: 'パケットは宛先に着いたが、そのポートで待っているプログラムがない。',
    },
    remedy: {
      en: 'Compare the port with those of the Service and of the container (`kubectl get services -A`, targetPort), and see the pod’s log.',
      ja: 'ポート番号を Service (`kubectl get services -A`) の port と targetPort、コンテナのポートと見比べ、Pod のログを確かめてください。',
    },
  },
  'no-http-route': {
    meaning: {
      en: 'NGINX took the request and has no place to send it to for this host and path: it answers 404 itself.',
      ja: 'NGINX はリクエストを受け取ったが、このホストとパスの転送先がない。NGINX 自身が 404 を返す。',
    },
    remedy: {
      en: 'Compare the Host header with `kubectl get httproutes -A`, and see whether the route is accepted by the Gateway.',
      ja: 'Host ヘッダーを `kubectl get httproutes -A` と見比べ、ルートが Gateway に受け入れられているか確かめてください。',
    },
  },
  'no-upstream': {
    meaning: {
      en: 'NGINX answers by itself with an error where it has no pod to ask, or none answers it.',
      ja: 'NGINX は、問い合わせる Pod がないか応答がないとき、自分でエラーを返す。',
    },
    remedy: {
      en: 'See whether the Service of the route has ready endpoints (`kubectl get endpointslices -A`) and whether its pods listen at that port; the log of NGINX says what it tried: `kubectl logs` of its pod.',
      ja: 'ルートの Service に Ready なエンドポイントがあるか (`kubectl get endpointslices -A`)、その Pod がそのポートで待ち受けているか確かめてください。NGINX が何を試したかは、その Pod の `kubectl logs` にあります。',
    },
  },
  'name-unknown': {
    meaning: {
      en: 'The name server that was asked does not know the name: there is no address to send anything to.',
      ja: '問い合わせ先のネームサーバーがその名前を知らない。送り先のアドレスがない。',
    },
    remedy: {
      en: 'See the names of the zone: `kubectl -n kube-system get configmap coredns -o yaml`. Roll out `cluster-dns` again.',
      ja: '`kubectl -n kube-system get configmap coredns -o yaml` でゾーンの名前を確かめ、`cluster-dns` をもう一度展開してください。',
    },
  },
  'resolver-not-asked': {
    meaning: {
      en: 'CoreDNS knows the name, but the client’s own resolver does not ask it: the zone is not sent to the cluster.',
      ja: 'CoreDNS はその名前を知っているが、クライアントのリゾルバが問い合わせていない。ゾーンがクラスタに向けられていない。',
    },
    remedy: {
      en: 'Roll out the stage `client-resolver`, or ask the cluster by name: `dig @NODE -p 30053 NAME`.',
      ja: '段階 `client-resolver` を展開するか、`dig @ノード -p 30053 名前` で直接問い合わせてください。',
    },
  },
  closed: {
    meaning: {
      en: 'The connection was made, and closed without an answer of HTTP.',
      ja: '接続はできたが、HTTP の応答なしに切断された。',
    },
    remedy: {
      en: 'See the log of the program at the last hop. So does one that expects another protocol at that port: TLS, or the PROXY protocol.',
      ja: '最後のホップのプログラムのログを確かめてください。そのポートで別のプロトコル (TLS や PROXY protocol) を待つプログラムもこうなります。',
    },
  },
  timeout: {
    meaning: {
      en: 'The request was sent and no answer came in time; the last hop is where the packet was seen last.',
      ja: 'リクエストは送られたが、時間内に応答がない。最後のホップがパケットの最後に見えた場所。',
    },
    remedy: {
      en: 'Look at the place after the last hop: is that node up, is its firewall open, does its pod run?',
      ja: '最後のホップの次を調べてください。ノードは起動しているか、ファイアウォールは開いているか、Pod は動いているか。',
    },
  },
};
