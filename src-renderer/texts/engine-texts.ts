/** What is told when the engine itself is in trouble. */
export const engineTexts = {
  disconnected: {
    title: { en: 'The Hoplab engine is not responding', ja: 'Hoplab のエンジンが応答しません' },
    remedy: {
      en: 'Wait a moment: the window reconnects automatically. If it does not, restart Hoplab.',
      ja: 'しばらくお待ちください。自動で再接続します。つながらない場合は Hoplab を起動し直してください。',
    },
    pageRemedy: {
      en: 'Open the latest link that hoplab serve printed. If it has ended, start it again.',
      ja: 'hoplab serve が最後に表示したリンクを開いてください。終了している場合は起動し直してください。',
    },
  },
  labFile: {
    title: { en: 'The lab file has errors', ja: 'ラボファイルに誤りがあります' },
    remedy: {
      en: 'Fix the problems below, then open it again.',
      ja: '下に示した箇所を直してから、もう一度開いてください。',
    },
  },
  target: {
    title: { en: 'This target is not valid', ja: 'この対象は正しくありません' },
    remedy: {
      en: 'Choose a suggestion, or use one of these forms.',
      ja: '候補から選ぶか、上の書き方のどれかで入力してください。',
    },
  },
  fault: {
    title: { en: 'Internal error in Hoplab', ja: 'Hoplab 自体の不具合です' },
    remedy: {
      en: 'Try again. If it happens again, save a support bundle in the settings and report it.',
      ja: 'もう一度試してください。繰り返す場合は、設定でサポートバンドルを保存して報告してください。',
    },
  },
};
