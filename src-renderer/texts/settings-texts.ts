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
  knownHosts: { en: 'Pinned host keys', ja: '固定したホスト鍵' },
  noHosts: {
    en: 'None yet. A host key is pinned when you accept it for the first time.',
    ja: 'まだありません。初めて承認したときに固定されます。',
  },
  host: { en: 'Host', ja: 'ホスト' },
  keyType: { en: 'Type', ja: '種類' },
  fingerprint: { en: 'Fingerprint', ja: 'フィンガープリント' },
  help: { en: 'Help', ja: 'サポート' },
  bundleAbout: {
    en: 'A support bundle has versions, lab files and the newest journals. It has no secrets.',
    ja: 'サポートバンドルには、バージョン・ラボファイル・最近のジャーナルが入ります。秘密の値は含みません。',
  },
  saveBundle: { en: 'Save a support bundle', ja: 'サポートバンドルを保存' },
  noSecretStore: {
    en: 'no secret store: passwords are asked for each time',
    ja: '秘密の保管庫なし: パスワードは毎回尋ねます',
  },
  keyboard: { en: 'Keyboard', ja: 'キーボード' },
};
