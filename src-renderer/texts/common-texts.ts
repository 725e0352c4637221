/** Words that return on every screen. */
export const commonTexts = {
  copy: { en: 'Copy', ja: 'コピー' },
  copied: { en: 'Copied', ja: 'コピーしました' },
  copyCommand: { en: 'Copy the command', ja: 'コマンドをコピー' },
  close: { en: 'Close', ja: '閉じる' },
  cancel: { en: 'Cancel', ja: 'やめる' },
  runAgain: { en: 'Run this command again', ja: 'このコマンドをもう一度実行' },
  openInTerminal: { en: 'Open in a terminal', ja: 'ターミナルで開く' },
  fold: { en: 'Collapse', ja: '折りたたむ' },
  moreLines: (n: number) => ({ en: `${n} more lines`, ja: `残り ${n} 行` }),
  noOutput: { en: 'No output', ja: '出力なし' },
  message: { en: 'Message', ja: 'お知らせ' },
  exitCode: (n: number) => ({ en: `exit ${n}`, ja: `終了コード ${n}` }),
};
