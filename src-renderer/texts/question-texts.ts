import type { OpenQuestion } from '../../src-main/contract/questions.ts';
import type { Text } from '../../src-main/contract/text.ts';

/** What a question is about. */
export const questionTitles: Readonly<Record<OpenQuestion['kind'], Text>> = {
  'host-key': { en: 'Is this the right machine?', ja: '正しいマシンですか?' },
  password: { en: 'Password for SSH', ja: 'SSH のパスワード' },
  'sudo-password': { en: 'Password for sudo', ja: 'sudo のパスワード' },
  passphrase: { en: 'Passphrase of the key', ja: '鍵のパスフレーズ' },
};

/** Host keys to accept, passwords to give. */
export const questionTexts = {
  compare: {
    en: 'Compare it with what the machine itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    ja: 'マシン側の表示と見比べてください: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  },
  secret: { en: 'Secret', ja: '秘密の値' },
  remember: { en: 'Remember it', ja: '記憶する' },
  rememberHint: { en: 'Encrypted by the operating system.', ja: 'OS の仕組みで暗号化します。' },
  notRemembered: {
    en: 'This computer has no store for secrets: it is asked for again after a restart.',
    ja: 'このコンピュータには秘密の保管庫がないため、再起動後にもう一度尋ねます。',
  },
  refuse: { en: 'Refuse', ja: '拒否する' },
  accept: { en: 'Accept and pin this key', ja: '承認してこの鍵を固定する' },
  give: { en: 'Continue', ja: '続ける' },
};
