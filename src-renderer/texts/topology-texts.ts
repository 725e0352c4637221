import type { Text } from '../../src-main/contract/text.ts';

/** The picture of the lab. */
export const topologyTexts = {
  title: { en: 'Topology', ja: 'トポロジー' },
  layers: { en: 'Layers', ja: 'レイヤー' },
  live: { en: 'live', ja: 'ライブ' },
  liveHint: { en: 'Changes of the cluster appear by themselves.', ja: 'クラスタの変化が自動で反映されます。' },
  still: { en: 'as recorded', ja: '記録のまま' },
  stillHint: {
    en: 'A recording: it changes when a stage is rolled out or undone.',
    ja: '記録です。ステージを展開するか元に戻すと変わります。',
  },
  notRead: { en: 'not read yet', ja: '未取得' },
  brings: (stage: Text) => ({ en: `comes with: ${stage.en}`, ja: `「${stage.ja}」で追加` }),
  whereFrom: { en: 'Show where this comes from', ja: 'この値の出どころを見る' },
  noRules: { en: 'no way in from outside', ja: '外からの入口なし' },
  pods: (ready: number, all: number): Text =>
    ready === all
      ? { en: all === 1 ? '1 pod' : `${all} pods`, ja: `Pod ${all} 個` }
      : { en: `${ready} of ${all} pods`, ja: `Pod ${ready}/${all} 個` },
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
  notRegistered: { en: 'not in the cluster', ja: 'クラスタ未参加' },
  vipFlag: (node: string) => ({ en: `${node} answers ARP for the VIP`, ja: `VIP の ARP に ${node} が応答` }),
  vipHere: { en: 'VIP', ja: 'VIP' },
  vipUnanswered: { en: 'nobody answers ARP', ja: 'ARP に応答なし' },
  names: { en: 'Names', ja: '名前' },
  resolverOn: { en: 'system resolver asks', ja: 'システムのリゾルバの問い合わせ先' },
  resolverOff: { en: 'the system resolver does not ask it', ja: 'システムのリゾルバは未設定' },
  appPods: { en: 'Pods of the app', ja: 'アプリの Pod' },
  tunnel: (from: string, to: string) => ({
    en: `VXLAN between ${from} and ${to}`,
    ja: `${from} と ${to} の間の VXLAN`,
  }),
  oneWay: { en: 'only one side knows the other', ja: '片側だけが相手を知っている' },
  evidence: { en: 'Where this comes from', ja: '出どころ' },
  fromLabFile: {
    en: 'This stands in the lab file; no machine was asked for it.',
    ja: 'ラボファイルの値です。マシンへの問い合わせはありません。',
  },
  readAt: (time: string) => ({ en: `Read at ${time}`, ja: `${time} に取得` }),
  unreadable: {
    en: 'The last attempt to read it failed; this is from before.',
    ja: '直近の取得に失敗しました。表示は前回の値です。',
  },
  reading: { en: 'Asking the engine…', ja: 'エンジンに問い合わせています…' },
};
