import type { Text } from '../../src-main/contract/text.ts';

/** Terminals. */
export const terminalTexts = {
  title: { en: 'Terminals', ja: 'ターミナル' },
  open: { en: 'Open', ja: '開く' },
  openOn: (machine: Text): Text => ({
    en: `Open a terminal on ${machine.en}`,
    ja: `${machine.ja} でターミナルを開く`,
  }),
  close: (machine: string) => ({ en: `Close the terminal on ${machine}`, ja: `${machine} のターミナルを閉じる` }),
  commands: { en: 'Commands', ja: 'コマンド' },
  closeFront: { en: 'Close this terminal', ja: 'このターミナルを閉じる' },
  nextTab: { en: 'Next terminal', ja: '次のターミナル' },
  previousTab: { en: 'Previous terminal', ja: '前のターミナル' },
  again: { en: 'Open again', ja: 'もう一度開く' },
  copy: { en: 'Copy the selection', ja: '選択範囲をコピー' },
  nothingSelected: {
    en: 'Nothing is selected: drag over the text first.',
    ja: '何も選択されていません。先に文字をドラッグして選んでください。',
  },
  next: { en: 'Next match', ja: '次の一致' },
  previous: { en: 'Previous match', ja: '前の一致' },
  client: { en: 'Client', ja: 'クライアント' },
  thisComputer: { en: 'This computer', ja: 'このコンピューター' },
  none: { en: 'No terminal is open in this lab.', ja: 'このラボで開いているターミナルはありません。' },
  noneInRecording: {
    en: 'A recording has no machines to log in to. Open one of your own labs to use terminals.',
    ja: '記録の中のマシンにはログインできません。ターミナルには自分のラボを開いてください。',
  },
  search: { en: 'Search in the output', ja: '出力内を検索' },
  ended: {
    en: 'The shell has ended. Close the tab, or open another one.',
    ja: 'シェルは終了しました。タブを閉じるか、新しく開いてください。',
  },
};
