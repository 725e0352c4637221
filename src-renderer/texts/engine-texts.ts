/** What is told when the engine itself is in trouble. */
export const engineTexts = {
  disconnected: {
    title: { en: 'The engine of Hoplab does not answer', ja: 'Hoplab のエンジンが応答しません' },
    remedy: {
      en: 'Wait a moment: the window connects again by itself. If it does not, start Hoplab again.',
      ja: 'しばらくお待ちください。自動で再接続します。つながらない場合は Hoplab を起動し直してください。',
    },
    pageRemedy: {
      en: 'Open the newest link that hoplab serve shows. If it has ended, start it again.',
      ja: 'hoplab serve が最後に表示したリンクを開いてください。終了している場合は起動し直してください。',
    },
  },
  labFile: {
    title: { en: 'The lab file cannot be used as it is', ja: 'ラボファイルをこのままでは使えません' },
    remedy: {
      en: 'Mend the places below, then open it again.',
      ja: '下に示した箇所を直してから、もう一度開いてください。',
    },
  },
  target: {
    title: { en: 'This target cannot be read', ja: 'この対象は読み取れません' },
    remedy: {
      en: 'Choose one of the suggestions, or write it in one of these forms.',
      ja: '候補から選ぶか、上の書き方のどれかで入力してください。',
    },
  },
  fault: {
    title: { en: 'Hoplab itself made a mistake', ja: 'Hoplab 自体の不具合です' },
    remedy: {
      en: 'Try again. If it happens twice, save a support bundle in the settings and report it.',
      ja: 'もう一度試してください。繰り返す場合は、設定でサポートバンドルを保存して報告してください。',
    },
  },
};
