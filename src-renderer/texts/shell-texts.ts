import type { Text } from '../../src-main/contract/text.ts';
import type { LabScreen } from '../place.ts';

/** The frame around every screen, and the command palette. */
export const shellTexts = {
  palette: { en: 'Commands', ja: 'コマンド' },
  palettePlaceholder: { en: 'What do you want to do?', ja: '何をしますか?' },
  nothingFound: {
    en: 'No match. Try another word.',
    ja: '該当するものがありません。別の言葉で試してください。',
  },
  search: { en: 'Search commands', ja: 'コマンドを探す' },
  labs: { en: 'Labs', ja: 'ラボ' },
  settings: { en: 'Settings', ja: '設定' },
  screens: { en: 'Screens of the lab', ja: 'ラボの画面' },
  goLabs: { en: 'Go to the labs', ja: 'ラボ一覧へ' },
  goStages: { en: 'Go to stages and topology', ja: 'ステージとトポロジーへ' },
  goLog: { en: 'Go to the run log', ja: '実行ログへ' },
  goTerminals: { en: 'Go to the terminals', ja: 'ターミナルへ' },
  goPaths: { en: 'Go to the paths', ja: 'パスへ' },
  goSettings: { en: 'Go to the settings', ja: '設定へ' },
  switchTheme: { en: 'Switch between light and dark', ja: '明るい表示と暗い表示を切り替える' },
  switchLanguage: { en: '日本語で表示', ja: 'Show in English' },
  recording: { en: 'Recording', ja: '記録' },
  disconnected: { en: 'The engine is not responding. Retrying…', ja: 'エンジンが応答しません。再接続しています…' },
  connecting: { en: 'Connecting to the engine…', ja: 'エンジンに接続しています…' },
  cameBack: {
    en: 'The window crashed and was reloaded',
    ja: 'ウィンドウが停止したため、読み込み直しました',
  },
  wentOn: {
    en: 'Work on the machines continued. Unsaved text and terminals are lost.',
    ja: 'マシンでの処理は続いています。保存していないテキストとターミナルは失われました。',
  },
  tryAgain: { en: 'Try again', ja: 'もう一度試す' },
  skip: { en: 'Skip to the content', ja: '本文へ移動' },
};

/** The screens of a lab, as the top bar names them. */
export const screenTexts: Readonly<Record<LabScreen, Text>> = {
  stages: { en: 'Lab', ja: 'ラボ' },
  log: { en: 'Run log', ja: '実行ログ' },
  terminals: { en: 'Terminals', ja: 'ターミナル' },
  paths: { en: 'Paths', ja: 'パス' },
};
