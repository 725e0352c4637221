import type { Stopped } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';

/** What a stop means, and what to do. */
export interface Told {
  readonly meaning: Text;
  readonly remedy: Text;
}

/** Reasons that say more than the cause. */
export const REASONS: Readonly<Record<NonNullable<Stopped['because']>, Told>> = {
  'no-endpoints': {
    meaning: {
      en: 'MetalLB announces an address only while a pod behind it is ready.',
      ja: 'MetalLB は背後に Ready な Pod があるときだけアドレスを広告する。',
    },
    remedy: {
      en: 'Find out why its pods are not ready: `kubectl get pods -A -o wide`, then `kubectl describe pod`.',
      ja: 'Pod が Ready でない理由を `kubectl get pods -A -o wide` と `kubectl describe pod` で確かめてください。',
    },
  },
  'control-plane-label': {
    meaning: {
      en: 'kubeadm labels control planes with node.kubernetes.io/exclude-from-external-load-balancers, and MetalLB does not announce from such nodes.',
      ja: 'kubeadm はコントロールプレーンに node.kubernetes.io/exclude-from-external-load-balancers を付け、MetalLB はそのノードから広告しない。',
    },
    remedy: {
      en: 'Run the pods on a worker, or remove the label: `kubectl label node NODE node.kubernetes.io/exclude-from-external-load-balancers-`.',
      ja: 'ワーカーで Pod を動かすか、`kubectl label node ノード node.kubernetes.io/exclude-from-external-load-balancers-` でラベルを外してください。',
    },
  },
  'local-without-pod': {
    meaning: {
      en: 'With externalTrafficPolicy: Local only a node with a ready pod of the Service may announce its address; no eligible node has one.',
      ja: 'externalTrafficPolicy: Local では、Service の Ready な Pod が動くノードだけが広告できる。広告してよいノードにそれがない。',
    },
    remedy: {
      en: 'Run a pod of the Service on a worker, or set externalTrafficPolicy: Cluster.',
      ja: 'Service の Pod をワーカーで動かすか、externalTrafficPolicy: Cluster にしてください。',
    },
  },
  'no-speaker': {
    meaning: {
      en: 'The Service has the address, but no MetalLB speaker reports announcing it.',
      ja: 'Service にはアドレスがあるが、それを広告していると報告する MetalLB の speaker がない。',
    },
    remedy: {
      en: 'Check whether the speakers are running (`kubectl -n metallb-system get pods`) and whether an L2Advertisement refers to the pool.',
      ja: 'speaker が動いているか (`kubectl -n metallb-system get pods`)、L2Advertisement がそのプールを指しているか確かめてください。',
    },
  },
  'wrong-interface': {
    meaning: {
      en: "MetalLB answers ARP only on the interfaces listed in an L2Advertisement, and the nodes' LAN interface is not one of them.",
      ja: 'MetalLB は L2Advertisement に書かれたインターフェースでだけ ARP に応答し、そこにノードの LAN 側のインターフェースがない。',
    },
    remedy: {
      en: 'Remove spec.interfaces from the L2Advertisement, or add the LAN interface: `kubectl -n metallb-system edit l2advertisements`. If that does not help, restart the speakers: `kubectl -n metallb-system rollout restart daemonset speaker`.',
      ja: '`kubectl -n metallb-system edit l2advertisements` で L2Advertisement の spec.interfaces を消すか、LAN 側のインターフェースを書いてください。変わらなければ `kubectl -n metallb-system rollout restart daemonset speaker` で speaker を再起動してください。',
    },
  },
  'no-match': {
    meaning: {
      en: 'NGINX chooses by the path alone first: the exact one, then a regular expression, then the longest prefix. Only then does it compare method, headers and query, among the rules with that same path; if none matches, it returns 404 and tries no other.',
      ja: 'NGINX はまずパスだけで選ぶ (完全一致、正規表現、最長のプレフィックスの順)。その後、同じパスのルールの中だけでメソッド、ヘッダー、クエリを比べ、合うものがなければ次へ進まず 404 を返す。',
    },
    remedy: {
      en: 'Add a rule without conditions for the same path, with the backend for all other requests.',
      ja: '同じパスに条件のないルールも加え、残りのリクエストを送るバックエンドを書いてください。',
    },
  },
  'ref-not-permitted': {
    meaning: {
      en: 'A route may refer to a Service in another namespace only if a ReferenceGrant there permits it. Without one NGINX has no backend and returns 500 itself.',
      ja: '別の名前空間の Service に転送するには、その名前空間の ReferenceGrant による許可が要る。なければ NGINX にバックエンドがなく、自分で 500 を返す。',
    },
    remedy: {
      en: 'Create a ReferenceGrant in the namespace of the Service (spec.from: kind HTTPRoute and the namespace of the route; spec.to: kind Service), or use a Service in the namespace of the route.',
      ja: 'Service の名前空間に ReferenceGrant を作る (spec.from に HTTPRoute とルートの名前空間、spec.to に Service) か、ルートと同じ名前空間の Service を使ってください。',
    },
  },
  'ref-invalid': {
    meaning: {
      en: 'NGINX Gateway Fabric does not support this backendRef: NGINX returns 500 instead.',
      ja: 'NGINX Gateway Fabric はこの backendRef を受け付けない。代わりに NGINX が自分で 500 を返す。',
    },
    remedy: {
      en: 'Set the backendRef to a Service and one of its ports: `kubectl get services -A`.',
      ja: 'backendRef には Service とそのポートを書いてください (`kubectl get services -A`)。',
    },
  },
  'backend-not-found': {
    meaning: {
      en: 'The backendRef refers to a Service or port that does not exist: NGINX returns 500 instead.',
      ja: 'backendRef が指す Service かポートが存在しない。代わりに NGINX が自分で 500 を返す。',
    },
    remedy: {
      en: 'Correct the name, namespace and port of the backendRef (see `kubectl get services -A`), or create the Service.',
      ja: 'backendRef の名前、名前空間、ポートを `kubectl get services -A` に合わせるか、Service を作ってください。',
    },
  },
  'node-port-addresses': {
    meaning: {
      en: 'kube-proxy is configured to open NodePorts only on some node addresses, and this is not one of them: the node refuses the connection.',
      ja: 'kube-proxy はノードの一部のアドレスでだけ NodePort を開くよう設定され、このアドレスは対象外である。ノード自身が接続を拒否する。',
    },
    remedy: {
      en: 'Add the network of the nodes to nodePortAddresses (`kubectl -n kube-system edit configmap kube-proxy`), then `kubectl -n kube-system rollout restart daemonset kube-proxy`.',
      ja: '`kubectl -n kube-system edit configmap kube-proxy` で nodePortAddresses にノードのネットワークを加え、`kubectl -n kube-system rollout restart daemonset kube-proxy` を実行してください。',
    },
  },
  'no-real-server': {
    meaning: {
      en: 'In ipvs mode kube-proxy keeps the address of a Service without ready endpoints, and its virtual server has no real server to send to: the client gets "connection refused".',
      ja: 'ipvs モードの kube-proxy は、Ready なエンドポイントのない Service のアドレスも残す。仮想サーバーが選べる実サーバーがなく、クライアントには「接続拒否」が返る。',
    },
    remedy: {
      en: 'Find out why the pods of the Service are not ready: `kubectl get endpointslices,pods -A -o wide`, then `kubectl describe pod`.',
      ja: 'Service の Pod が Ready でない理由を `kubectl get endpointslices,pods -A -o wide` と `kubectl describe pod` で確かめてください。',
    },
  },
  'no-weight': {
    meaning: {
      en: 'No backend of the rule has a weight above 0: NGINX returns 500 itself.',
      ja: 'ルールのどのバックエンドの weight も 0 である。NGINX が自分で 500 を返す。',
    },
    remedy: {
      en: 'Give the rule a backendRef with a weight above 0.',
      ja: 'ルールに weight が 1 以上の backendRef を書いてください。',
    },
  },
  'no-ready-endpoint': {
    meaning: {
      en: 'NGINX selected a route whose Service has no ready endpoint: it returns 503 itself.',
      ja: 'NGINX はルートを選んだが、その Service に Ready なエンドポイントがない。NGINX が自分で 503 を返す。',
    },
    remedy: {
      en: 'Find out why the pods of the Service are not ready: `kubectl get endpointslices,pods -A -o wide`, then `kubectl describe pod`.',
      ja: 'Service の Pod が Ready でない理由を `kubectl get endpointslices,pods -A -o wide` と `kubectl describe pod` で確かめてください。',
    },
  },
  'stale-hosts-line': {
    meaning: {
      en: 'A line in /etc/hosts on this computer gives the name an address that no Service in the cluster has; no name server is queried for such a name.',
      ja: 'このコンピューターの /etc/hosts の行が、クラスターのどの Service も持たないアドレスをその名前に与えている。この名前はネームサーバーに問い合わせない。',
    },
    remedy: {
      en: 'Remove the line with that name from /etc/hosts on this computer.',
      ja: 'このコンピューターの /etc/hosts から、その名前の行を削除してください。',
    },
  },
  'certificate-refused': {
    meaning: {
      en: 'The server showed a certificate that the client does not trust, or that is for another name or another time: the client ended the connection before it sent a request.',
      ja: 'サーバーの証明書を、クライアントが信頼していないか、名前か有効期間が合わない。クライアントはリクエストを送る前に接続を終えた。',
    },
    remedy: {
      en: "Trust its CA: for the lab's own, `optional: { tls: { trustOnClient: true } }` in the lab file, or `curl --cacert /etc/hoplab/LAB-ca.crt`. To follow the request all the same: `curl -k`.",
      ja: 'その CA を信頼させてください。ラボの CA ならラボファイルに `optional: { tls: { trustOnClient: true } }` と書くか、`curl --cacert /etc/hoplab/ラボ名-ca.crt` を使います。それでも追跡するなら `curl -k` で。',
    },
  },
  'proxy-protocol': {
    meaning: {
      en: 'NGINX is configured to expect the PROXY protocol from a load balancer in front of it: each connection must begin with its header, and this one did not.',
      ja: 'NGINX は、手前のロードバランサーが話す PROXY protocol を待つよう設定されている。接続はそのヘッダーで始まる必要があるが、このリクエストにはなかった。',
    },
    remedy: {
      en: 'Remove spec.rewriteClientIP from the NginxProxy (`kubectl get nginxproxies -A`), or make the load balancer in front of NGINX send the header; curl sends one with `--haproxy-protocol`.',
      ja: 'NginxProxy (`kubectl get nginxproxies -A`) の spec.rewriteClientIP を消すか、NGINX の手前でヘッダーを送るようにしてください。curl なら `--haproxy-protocol` で送れます。',
    },
  },
};
