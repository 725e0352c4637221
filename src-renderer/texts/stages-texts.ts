import type { Text } from '../../src-main/contract/text.ts';

/** The stages of a lab, plans and undoing. */
export const stagesTexts = {
  title: { en: 'Stages', ja: 'ステージ' },
  progress: (done: number, all: number) => ({ en: `${done} of ${all} done`, ja: `${done}/${all} 完了` }),
  rollOutAll: { en: 'Roll out all', ja: 'すべて展開' },
  rollOutHere: { en: 'Roll out to here', ja: 'ここまで展開' },
  plan: { en: 'Plan', ja: '計画' },
  planHere: { en: 'Plan up to the chosen stage', ja: '選んだステージまでの計画を見る' },
  proveVip: { en: 'Prove the VIP before there is a cluster', ja: 'クラスターを作る前に VIP に届くか確かめる' },
  undo: { en: 'Undo', ja: '元に戻す' },
  undoAll: { en: 'Undo every stage', ja: 'すべてのステージを元に戻す' },
  refresh: { en: 'Read the machines again', ja: 'マシンの状態を取得し直す' },
  readAgain: { en: 'Read again', ja: '取得し直す' },
  show: (stage: Text): Text => ({ en: `Show stage: ${stage.en}`, ja: `ステージを表示: ${stage.ja}` }),
  states: {
    unknown: { en: 'not read yet', ja: '未取得' },
    reading: { en: 'reading the machines', ja: 'マシンの状態を取得中' },
    done: { en: 'done', ja: '完了' },
    'changes-needed': { en: 'not rolled out', ja: '未展開' },
    running: { en: 'rolling out', ja: '展開中' },
    undoing: { en: 'being undone', ja: '元に戻しています' },
    failed: { en: 'failed', ja: '失敗' },
  },
  changesNeeded: (n: number): Text => ({ en: n === 1 ? '1 change' : `${n} changes`, ja: `変更 ${n} 件` }),
  checksFailed: (n: number): Text => ({
    en: n === 1 ? '1 check failed' : `${n} checks failed`,
    ja: `チェック ${n} 件失敗`,
  }),
  planTitle: { en: 'Planned changes', ja: '変更の計画' },
  planAbout: {
    en: 'Read from the machines just now. Viewing changes nothing.',
    ja: 'たった今マシンから読み取った内容です。見るだけでは何も変わりません。',
  },
  planning: { en: 'Reading the machines and planning…', ja: 'マシンの状態を読み、変更を判断しています…' },
  nothingToChange: {
    en: 'No changes: everything matches the lab file.',
    ja: '変更はありません。ラボファイルどおりの状態です。',
  },
  makeChanges: (n: number) => ({
    en: n === 1 ? 'Make this change' : `Make these ${n} changes`,
    ja: `${n} 件の変更を実行`,
  }),
  undoTitle: { en: 'Undo these stages?', ja: 'これらのステージを元に戻しますか?' },
  undoAbout: {
    en: 'In reverse order. Files that Hoplab replaced are restored.',
    ja: '最後のステージから順に戻します。Hoplab が置き換えたファイルは元に戻ります。',
  },
};
