/** Who does what in the lab, and why it is needed: the closing table of the story. */
export const rolesTexts = {
  title: { en: 'Who does what in this lab', ja: 'このラボの各コンポーネントの役割' },
  component: { en: 'Component', ja: 'コンポーネント' },
  does: { en: 'Role, why it is needed, and its values here', ja: '役割・必要な理由・このラボの値' },
  role: {
    kubeProxy: {
      en: 'Writes the rules that forward Service traffic to pods',
      ja: 'Service から Pod への転送ルールを書く',
    },
    flannel: { en: 'Carries pod traffic between nodes over VXLAN', ja: 'ノード間の Pod のパケットを VXLAN で運ぶ' },
    metallb: { en: 'Assigns the virtual IP and answers ARP for it', ja: '仮想 IP (VIP) を割り当て、ARP に応答する' },
    gateway: { en: 'Routes by host name', ja: 'ホスト名ベースのルーティング' },
    coredns: { en: 'Resolves names in the zone', ja: 'ゾーンの名前解決' },
  },
  why: {
    kubeProxy: {
      en: 'The kernel forwards packets, but needs rules that say where',
      ja: '転送するのはカーネル。どこへ送るかを知る必要がある',
    },
    flannel: { en: 'Pods are reachable from any node', ja: 'どのノードからでも Pod に届く' },
    metallb: { en: 'Makes LoadBalancer Services work on premises', ja: 'オンプレミスで LoadBalancer Service を実現' },
    gateway: { en: 'One address for many services', ja: '1 つの IP で複数のサービスを公開' },
    coredns: {
      en: 'Clients need a name, not an address',
      ja: 'クライアントが IP を知らなくてもホスト名でアクセス可能',
    },
  },
};
