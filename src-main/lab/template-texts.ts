import type { Language } from '../contract/text.ts';

type Section =
  | 'top'
  | 'machines'
  | 'nodes'
  | 'givenAddresses'
  | 'ssh'
  | 'client'
  | 'kubernetes'
  | 'loadBalancer'
  | 'gateway'
  | 'dns'
  | 'app'
  | 'optional'
  | 'source'
  | 'overrides';

/** The comments of a lab file that `hoplab init` writes. */
export const templateTexts: Record<Language, Record<Section, readonly string[]>> = {
  en: {
    top: ['# A lab: its machines and what Hoplab installs on them.'],
    machines: [
      '# VMs that Hoplab makes on this computer, by libvirt, lima or multipass, all of one size. Images: debian-12,',
      '# debian-13, ubuntu-24.04, or the path of a cloud image. `hoplab machines` lists, stops, keeps and deletes them.',
    ],
    nodes: [
      '# The machines of the cluster: one control-plane, any number of workers, all on one LAN,',
      '# which is taken to be a /24. If it is larger: lan: 192.168.2.0/23. An address may be an alias of ~/.ssh/config.',
    ],
    givenAddresses: [
      '# Multipass chooses the addresses of its VMs itself: `hoplab machines start` and `hoplab up` put those that it gave',
      '# in here. Until then they are provisional.',
    ],
    ssh: [
      '# How the machines are reached. Passwords are never written here: "password: true" makes Hoplab ask for one,',
      '# "agent: true" uses the SSH agent, "sudo: password" asks for the password of sudo.',
      '# A node may have an ssh of its own, with the keys that differ. A jump host: jump: { address: …, user: … }',
    ],
    client: ['# The machine you use: this-computer, or { address: … } for another one reached by SSH.'],
    kubernetes: [
      '# Each node takes a /24 of podCidr. Neither network may overlap the LAN. kubeProxy: iptables or nftables.',
    ],
    loadBalancer: [
      '# Free addresses of the LAN, outside the range of the DHCP server. MetalLB answers ARP for them.',
      '# The app is reached at vip.',
    ],
    gateway: ['# The Gateway that takes over the vip and routes by host name.'],
    dns: ['# Names below zone are answered by CoreDNS in the cluster; the client asks it at this port of a node.'],
    app: [
      '# The app: each environment is a namespace, and answers as HOST.ZONE. Any image that serves HTTP will do:',
      '#   image: registry.example.com/app:1.0',
      '#   port: 8080',
    ],
    optional: [
      '# Stages that go beyond the name; each is undone alone:',
      '# optional: { trafficSplit: { weight: 20 }, headerRouting: true, tls: { trustOnClient: true }, kubeProxyMode: nftables }',
      '# Your own apps, as manifests of Kubernetes (a folder or a file):',
      '# apps: [{ manifests: ./my-app }]',
    ],
    source: ['# Where everything comes from: online, or a bundle that `hoplab bundle create` made: { bundle: FILE }.'],
    overrides: ['# Kubeadm, kubelet and kube-proxy settings, merged by kind into what Hoplab writes.'],
  },
  ja: {
    top: ['# ラボの定義。使うマシンと、そこに作る構成を書きます。'],
    machines: [
      '# このコンピューターに Hoplab が作る VM。provider は libvirt、lima、multipass のいずれかで、大きさはすべて同じです。',
      '# image は debian-12、debian-13、ubuntu-24.04、またはクラウドイメージのパスです。',
      '# 一覧、停止、スナップショット、削除は `hoplab machines` で行います。',
    ],
    nodes: [
      '# クラスターのマシン。control-plane を 1 台、worker を任意の台数、すべて同じ LAN に置きます。',
      '# LAN は /24 とみなします。それより広ければ lan: 192.168.2.0/23 のように書きます。',
      '# address には ~/.ssh/config のエイリアスも書けます。',
    ],
    givenAddresses: [
      '# VM のアドレスは Multipass が決めます。ここにあるのは仮のアドレスで、`hoplab machines start` と `hoplab up` が、',
      '# 実際に割り当てられたものに書き換えます。',
    ],
    ssh: [
      '# マシンへの接続方法。パスワードはここに書きません。「password: true」とすると Hoplab が接続時に尋ねます。',
      '# 「agent: true」は SSH エージェントを使い、「sudo: password」は sudo のパスワードを尋ねます。',
      '# ノードごとに異なる項目は、そのノードの ssh に書けます。踏み台は jump: { address: …, user: … } と書きます。',
    ],
    client: ['# 手元のマシン。this-computer か、SSH で接続する別のマシンなら { address: … } と書きます。'],
    kubernetes: [
      '# 各ノードは podCidr から /24 を 1 つ使います。どちらのネットワークも LAN と重ねられません。',
      '# kubeProxy は iptables か nftables です。',
    ],
    loadBalancer: [
      '# LAN の空きアドレス。DHCP サーバーが配る範囲は避けてください。MetalLB がこの範囲の ARP に応答します。',
      '# アプリには vip でアクセスします。',
    ],
    gateway: ['# vip を引き継ぎ、ホスト名で振り分ける Gateway。'],
    dns: ['# zone 以下の名前にはクラスター内の CoreDNS が応答し、クライアントはノードのこのポートへ問い合わせます。'],
    app: [
      '# アプリ。環境ごとに名前空間を持ち、「host.zone」の名前で応答します。HTTP を話すイメージなら何でも使えます。',
      '#   image: registry.example.com/app:1.0',
      '#   port: 8080',
    ],
    optional: [
      '# 名前で開けるようになった後のステージ。それぞれ単独で元に戻せます。',
      '# optional: { trafficSplit: { weight: 20 }, headerRouting: true, tls: { trustOnClient: true }, kubeProxyMode: nftables }',
      '# 自分のアプリ (Kubernetes のマニフェストのフォルダーかファイル):',
      '# apps: [{ manifests: ./my-app }]',
    ],
    source: [
      '# インストールに使うものの入手元。online か、`hoplab bundle create` で作ったバンドル { bundle: ファイル }。',
    ],
    overrides: ['# kubeadm、kubelet、kube-proxy の設定。Hoplab が書く設定に kind ごとに統合されます。'],
  },
};
