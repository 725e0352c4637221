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
  notify: { en: 'Notify me when a long rollout ends', ja: '長い展開が終わったら通知する' },
  notifyHint: {
    en: 'Only if it took more than 30 seconds and the window is in the background.',
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
    en: 'A support bundle contains versions, lab files and the latest journals, and no secrets.',
    ja: 'サポートバンドルには、バージョン・ラボファイル・最近のジャーナルが入ります。秘密の値は含みません。',
  },
  saveBundle: { en: 'Save a support bundle', ja: 'サポートバンドルを保存' },
  secrets: { en: 'Remembered passwords', ja: '記憶したパスワード' },
  storeSystem: {
    en: 'Stored only if you choose to, encrypted by the operating system.',
    ja: '選んだときだけ、OS の仕組みで暗号化して保存します。',
  },
  storeFile: {
    en: 'This system offers no encryption. Stored only if you choose to, unencrypted, in a file that only you and root can read.',
    ja: 'このシステムには暗号化の仕組みがありません。選んだときだけ、あなたと root だけが読めるファイルに、暗号化せずに保存します。',
  },
  noSecrets: { en: 'None. Hoplab asks when it needs one.', ja: 'ありません。必要なときに尋ねます。' },
  forgetSecret: (name: string) => ({ en: `Delete: ${name}`, ja: `削除: ${name}` }),
  forgetHost: (host: string) => ({
    en: `Remove the pinned key of ${host}; Hoplab will ask about it again`,
    ja: `${host} の固定した鍵を外す (次回また尋ねます)`,
  }),
  action: { en: 'Action', ja: '操作' },
  keyboard: { en: 'Keyboard', ja: 'キーボード' },
};
