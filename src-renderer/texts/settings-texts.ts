/** The settings. */
export const settingsTexts = {
  title: { en: 'Settings', ja: '設定' },
  appearance: { en: 'Appearance', ja: '表示' },
  language: { en: 'Language', ja: '言語' },
  theme: { en: 'Theme', ja: 'テーマ' },
  asSystem: { en: 'As the system', ja: 'システムに合わせる' },
  light: { en: 'Light', ja: 'ライト' },
  dark: { en: 'Dark', ja: 'ダーク' },
  notifications: { en: 'Notifications', ja: '通知' },
  notify: { en: 'Tell me when a long rollout ends', ja: '長いロールアウトが終わったら通知する' },
  notifyHint: {
    en: 'Only when it took more than half a minute and the window is not in front.',
    ja: '30 秒以上かかり、ウィンドウが前面にないときだけ通知します。',
  },
  keyboard: { en: 'Keyboard', ja: 'キーボード' },
};
