import type { Text } from '../../src-main/contract/text.ts';

/** An open lab: its frame and the rollout that runs. */
export const labTexts = {
  closedElsewhere: {
    title: { en: 'This lab was closed in another window', ja: 'このラボは別のウィンドウで閉じられました' },
    remedy: { en: 'Open it again from the list of labs.', ja: 'ラボの一覧からもう一度開いてください。' },
  },
  opening: { en: 'Opening the lab…', ja: 'ラボを開いています…' },
  parts: { en: 'Part of the lab', ja: 'ラボの表示部分' },
  resize: { en: 'Change the width', ja: '幅を変える' },
  connecting: { en: 'Connecting to the machines…', ja: 'マシンに接続しています…' },
  connected: { en: 'Connected to every machine', ja: 'すべてのマシンに接続済み' },
  away: (machines: string) => ({
    en: `${machines}: unreachable; retrying every few seconds`,
    ja: `${machines} に届きません。数秒ごとに試します`,
  }),
  speed: { en: 'Speed of the recording', ja: '記録の再生速度' },
  playAt: (speed: string) => ({ en: `Play the recording: ${speed}`, ja: `記録の再生速度: ${speed}` }),
  realTime: { en: 'Real time', ja: '等速' },
  atOnce: { en: 'Instant', ja: '即時' },
  stageOf: (n: number, all: number) => ({ en: `stage ${n} of ${all}`, ja: `ステージ ${n}/${all}` }),
  layer: (layer: Text, hidden: boolean): Text => ({
    en: `${hidden ? 'Show' : 'Hide'} the layer ${layer.en}`,
    ja: `レイヤー「${layer.ja}」を${hidden ? '表示' : '隠す'}`,
  }),
  stopRollout: { en: 'Stop the running rollout', ja: '進行中の処理を中止する' },
  running: {
    up: { en: 'Rolling out', ja: '展開中' },
    verify: { en: 'Checking', ja: 'チェック中' },
    undo: { en: 'Undoing', ja: '元に戻しています' },
    reset: { en: 'Undoing everything', ja: 'すべてを元に戻しています' },
    'prove-vip': { en: 'Proving the VIP', ja: 'VIP の実証中' },
    'remove-node': { en: 'Removing a node', ja: 'ノードを削除しています' },
  },
  elapsed: (time: string) => ({ en: `${time} elapsed`, ja: `経過 ${time}` }),
  remaining: (time: string) => ({ en: `${time} left, if as last time`, ja: `前回どおりなら残り ${time}` }),
  stop: { en: 'Stop', ja: '中止' },
  stopping: { en: 'Stopping…', ja: '中止しています…' },
  downloads: { en: 'Downloads', ja: 'ダウンロード' },
  sent: (done: string, all: string) => ({ en: `${done} of ${all} sent`, ja: `${all} 中 ${done} 送信` }),
  checking: { en: 'Running checks', ja: 'チェックを実行中' },
  showLog: { en: 'Show the run log', ja: '実行ログを見る' },
  changes: (n: number) => ({ en: n === 1 ? '1 change' : `${n} changes`, ja: `変更 ${n} 件` }),
};
