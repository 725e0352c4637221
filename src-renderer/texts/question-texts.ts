import type { OpenQuestion } from '../../src-main/contract/questions.ts';
import type { RememberedSecret } from '../../src-main/contract/settings.ts';
import type { Text } from '../../src-main/contract/text.ts';

/** What a question is about. */
export const questionTitles: Readonly<Record<OpenQuestion['kind'], Text>> = {
  'host-key': { en: 'Is this the right machine?', ja: '正しいマシンですか?' },
  password: { en: 'Password for SSH', ja: 'SSH のパスワード' },
  'sudo-password': { en: 'Password for sudo', ja: 'sudo のパスワード' },
  passphrase: { en: 'Passphrase of the key', ja: '鍵のパスフレーズ' },
};

/** What a remembered secret is. */
export const secretTitles: Readonly<Record<RememberedSecret['kind'], Text>> = {
  ...questionTitles,
  'ca-key': { en: "Key of the lab's CA", ja: 'ラボの CA の鍵' },
};

/** Host keys to accept, passwords to give. */
export const questionTexts = {
  compare: {
    en: 'Compare it with the output on the machine: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    ja: 'マシン側の表示と見比べてください: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  },
  secret: { en: 'Password or passphrase', ja: 'パスワードまたはパスフレーズ' },
  keep: { en: 'After this session', ja: 'このセッションの後' },
  ask: { en: 'Ask me again', ja: '次回も尋ねる' },
  encrypted: { en: 'Remember it, encrypted', ja: '暗号化して記憶' },
  inFile: { en: 'Remember it in a file', ja: 'ファイルに記憶' },
  askHint: { en: 'Forgotten when Hoplab exits.', ja: 'Hoplab を終了すると忘れます。' },
  encryptedHint: {
    en: 'Encrypted by the operating system; it can be deleted in the settings.',
    ja: 'OS の仕組みで暗号化します。設定から削除できます。',
  },
  inFileHint: {
    en: 'Not encrypted: this system offers no encryption. Anyone who can read your files, and root, can read it. It can be deleted in the settings.',
    ja: 'このシステムには暗号化の仕組みがないため、そのまま保存します。あなたのファイルを読める人と root は読めます。設定から削除できます。',
  },
  refuse: { en: 'Refuse', ja: '拒否する' },
  accept: { en: 'Accept and pin this key', ja: '承認してこの鍵を固定する' },
  give: { en: 'Continue', ja: '続ける' },
};
