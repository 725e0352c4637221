import type { Text } from '../../src-main/contract/text.ts';

/** The picture of the lab. */
export const topologyTexts = {
  title: { en: 'Topology', ja: 'トポロジー' },
  layers: { en: 'Layers', ja: 'レイヤー' },
  live: { en: 'live', ja: 'ライブ' },
  liveHint: { en: 'Changes in the cluster appear automatically.', ja: 'クラスターの変化が自動で反映されます。' },
  still: { en: 'as recorded', ja: '記録のまま' },
  stillHint: {
    en: 'Recording: it changes when a stage is rolled out or undone.',
    ja: '記録です。ステージを展開するか元に戻すと変わります。',
  },
  notRead: { en: 'not read yet', ja: '未取得' },
  cannotBeRead: { en: 'cannot be read', ja: '読み取れません' },
  notRecorded: { en: 'not recorded', ja: '記録なし' },
  brings: (stage: Text) => ({ en: `added by: ${stage.en}`, ja: `「${stage.ja}」で追加` }),
  whereFrom: { en: 'Show where this comes from', ja: 'この値の出どころを見る' },
  noRules: { en: 'not reachable from outside', ja: '外からの入口なし' },
  pods: (ready: number, all: number): Text =>
    ready === all
      ? { en: all === 1 ? '1 pod' : `${all} pods`, ja: `Pod ${all} 個` }
      : { en: `${ready} of ${all} pods`, ja: `Pod ${ready}/${all} 個` },
  chainOf: (match: string) => ({ en: `Chains of ${match}`, ja: `${match} のチェーン` }),
  noChain: { en: 'not in this kernel yet', ja: 'このカーネルに未反映' },
  notHere: { en: 'not here yet', ja: '未反映' },
  noService: { en: 'no such Service', ja: 'Service なし' },
  noSuchService: (name: string) => ({
    en: `A kube-proxy rule for ${name}, but no such Service exists`,
    ja: `${name} のための kube-proxy のルール。その Service は存在しません`,
  }),
  outdated: { en: 'outdated', ja: '旧ルール' },
  notOfService: (name: string) => ({
    en: `${name} now has a different address or port`,
    ja: `${name} の現在のアドレスかポートと一致しません`,
  }),
  otherRules: (n: number) =>
    n === 1
      ? { en: '1 rule not from Kubernetes', ja: 'Kubernetes 以外のルール 1 件' }
      : { en: `${n} rules not from Kubernetes`, ja: `Kubernetes 以外のルール ${n} 件` },
  noEndpoint: { en: 'no endpoint on this node', ja: 'ここにエンドポイントなし' },
  moreRules: (n: number) => ({ en: `${n} more`, ja: `ほか ${n} 件` }),
  morePods: (n: number) => ({ en: `${n} more pods`, ja: `ほか Pod ${n} 個` }),
  fewerPods: { en: 'fewer pods', ja: 'Pod を減らす' },
  hostPods: (n: number) => ({ en: `${n} in the node's network`, ja: `ノードのネットワークに ${n} 個` }),
  listener: { en: 'listens', ja: '待受' },
  client: { en: 'Client', ja: 'クライアント' },
  arp: { en: 'ARP', ja: 'ARP' },
  controlPlane: { en: 'control plane', ja: 'コントロールプレーン' },
  worker: { en: 'worker', ja: 'ワーカー' },
  ready: { en: 'Ready', ja: 'Ready' },
  notReady: { en: 'NotReady', ja: 'NotReady' },
  notRegistered: { en: 'not in the cluster', ja: '未参加' },
  vipFlag: (node: string) => ({ en: `${node} answers ARP for the VIP`, ja: `VIP の ARP に ${node} が応答` }),
  vipHere: { en: 'VIP', ja: 'VIP' },
  vipUnanswered: { en: 'no ARP reply', ja: 'ARP に応答なし' },
  names: { en: 'Names', ja: '名前' },
  resolverOn: { en: 'system resolver asks', ja: 'システムのリゾルバーの問い合わせ先' },
  resolverOff: { en: 'not used by the system resolver', ja: 'システムのリゾルバーは未使用' },
  appPods: { en: 'Pods of the app', ja: 'アプリの Pod' },
  tunnel: (from: string, to: string) => ({
    en: `VXLAN between ${from} and ${to}`,
    ja: `${from} と ${to} の間の VXLAN`,
  }),
  tunnels: (n: number) => ({ en: `knows ${n} other nodes`, ja: `ほかの ${n} ノードを認識` }),
  oneWay: { en: 'only one side knows the other', ja: '片側だけが相手を知っている' },
  overview: { en: 'Overview', ja: '全体' },
  columns: { en: 'Columns', ja: '詳細' },
  view: { en: 'View', ja: '表示' },
  zoomIn: { en: 'Zoom in', ja: '拡大' },
  zoomOut: { en: 'Zoom out', ja: '縮小' },
  fit: { en: 'Fit', ja: '全体に合わせる' },
  find: { en: 'Node, pod, address…', ja: 'ノード・Pod・アドレス…' },
  findCommand: { en: 'Find in the topology', ja: 'トポロジー内を検索' },
  nothingFound: { en: 'No match for that name or address.', ja: '該当する名前やアドレスはありません。' },
  namespace: { en: 'Namespace', ja: '名前空間' },
  allNamespaces: { en: 'All namespaces', ja: 'すべての名前空間' },
  evidence: { en: 'Where this comes from', ja: '出どころ' },
  fromLabFile: {
    en: 'From the lab file; not read from a machine.',
    ja: 'ラボファイルの値です。マシンへの問い合わせはありません。',
  },
  readAt: (time: string) => ({ en: `Read at ${time}`, ja: `${time} に取得` }),
  unreadable: {
    en: 'The last read failed; this is the previous value.',
    ja: '直近の取得に失敗しました。表示は前回の値です。',
  },
  indented: {
    en: 'Indented for reading; the machine printed it on one line.',
    ja: '1 行の出力を、読みやすく字下げしています。',
  },
  reading: { en: 'Loading…', ja: '読み込んでいます…' },
};
