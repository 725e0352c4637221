/** Terminals. */
export const terminalTexts = {
  title: { en: 'Terminals', ja: 'ターミナル' },
  open: { en: 'Open', ja: '開く' },
  openOn: (machine: string) => ({ en: `Open a terminal on ${machine}`, ja: `${machine} でターミナルを開く` }),
  close: (machine: string) => ({ en: `Close the terminal on ${machine}`, ja: `${machine} のターミナルを閉じる` }),
  client: { en: 'Client', ja: 'クライアント' },
  thisComputer: { en: 'This computer', ja: 'このコンピュータ' },
  none: { en: 'No terminal is open in this lab.', ja: 'このラボで開いているターミナルはありません。' },
  search: { en: 'Search in the output', ja: '出力内を検索' },
  ended: {
    en: 'The shell has ended. Close the tab, or open another one.',
    ja: 'シェルは終了しました。タブを閉じるか、新しく開いてください。',
  },
};
