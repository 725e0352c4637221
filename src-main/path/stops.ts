import type { Basis, Stopped } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';

/** Why a packet went no further, before it is known which hop was its last. */
export interface Stop {
  readonly cause: Stopped['cause'];
  readonly because?: Stopped['because'];
  /** What happened, with the addresses and rules of this packet. */
  readonly sentence: Text;
}

interface Told {
  readonly meaning: Text;
  readonly remedy: Text;
}

/** The end of a path that stopped. */
export function stopped({ cause, because = null, sentence }: Stop, hop: string | null, basis: Basis): Stopped {
  const told = because === null ? CAUSES[cause] : REASONS[because];
  return { status: 'stopped', basis, cause, because, hop, sentence, ...told };
}

const REASONS: Readonly<Record<NonNullable<Stopped['because']>, Told>> = {
  'no-endpoints': {
    meaning: {
      en: 'MetalLB announces an address only while a pod behind it is ready: an answer to ARP would lead nowhere.',
      ja: 'MetalLB は背後に Ready な Pod があるときだけアドレスを広告する。応答しても行き先がないからである。',
    },
    remedy: {
      en: 'See why its pods are not ready: `kubectl get pods -A -o wide`, then `kubectl describe pod`.',
      ja: 'Pod が Ready でない理由を `kubectl get pods -A -o wide` と `kubectl describe pod` で確かめてください。',
    },
  },
  'control-plane-label': {
    meaning: {
      en: 'kubeadm labels control planes with node.kubernetes.io/exclude-from-external-load-balancers, and MetalLB does not announce from such nodes.',
      ja: 'kubeadm はコントロールプレーンに node.kubernetes.io/exclude-from-external-load-balancers を付け、MetalLB はそのノードから広告しない。',
    },
    remedy: {
      en: 'Let pods run on a worker, or take the label away: `kubectl label node NODE node.kubernetes.io/exclude-from-external-load-balancers-`.',
      ja: 'ワーカーで Pod を動かすか、`kubectl label node ノード node.kubernetes.io/exclude-from-external-load-balancers-` でラベルを外してください。',
    },
  },
  'local-without-pod': {
    meaning: {
      en: 'With externalTrafficPolicy: Local only a node that runs a ready pod of the Service may announce its address; none of those that may does.',
      ja: 'externalTrafficPolicy: Local では、Service の Ready な Pod が動くノードだけが広告できる。広告してよいノードにそれがない。',
    },
    remedy: {
      en: 'Let a pod of the Service run on a worker, or set externalTrafficPolicy: Cluster.',
      ja: 'Service の Pod をワーカーで動かすか、externalTrafficPolicy: Cluster にしてください。',
    },
  },
  'no-speaker': {
    meaning: {
      en: 'The Service has the address, but no speaker of MetalLB says that it announces it.',
      ja: 'Service にはアドレスがあるが、それを広告していると言う MetalLB の speaker がない。',
    },
    remedy: {
      en: 'See whether the speakers run (`kubectl -n metallb-system get pods`) and whether an L2Advertisement names the pool.',
      ja: 'speaker が動いているか (`kubectl -n metallb-system get pods`)、L2Advertisement がそのプールを指しているか確かめてください。',
    },
  },
};

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
      en: 'NGINX took the request, and no HTTPRoute is for this host and path: it answers 404 itself.',
      ja: 'NGINX はリクエストを受け取ったが、このホストとパスの HTTPRoute がない。NGINX 自身が 404 を返す。',
    },
    remedy: {
      en: 'Compare the Host header with `kubectl get httproutes -A`, and see whether the route is accepted by the Gateway.',
      ja: 'Host ヘッダーを `kubectl get httproutes -A` と見比べ、ルートが Gateway に受け入れられているか確かめてください。',
    },
  },
  'no-upstream': {
    meaning: {
      en: 'NGINX chose a route, and none of the pods behind it can be reached: it answers 502 or 503 itself.',
      ja: 'NGINX はルートを選んだが、背後の Pod に届かない。NGINX 自身が 502 か 503 を返す。',
    },
    remedy: {
      en: 'See whether the Service of the route has ready endpoints: `kubectl get endpointslices -A`.',
      ja: 'ルートの Service に Ready なエンドポイントがあるか `kubectl get endpointslices -A` で確かめてください。',
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
