import type { ShownHostKey } from '../../src-main/contract/labs.ts';
import type { Text } from '../../src-main/contract/text.ts';

/** The host keys of a lab, to compare. */
export const hostKeyTexts = {
  compare: { en: 'Compare host keys', ja: 'ホスト鍵を照合' },
  title: { en: 'Host keys of this lab', ja: 'このラボのホスト鍵' },
  about: {
    en: 'Compare each key with its machine: run ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on its console. Accepted keys are pinned.',
    ja: '各マシンのコンソールで ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub を実行し、見比べてください。承認した鍵は固定されます。',
  },
  asking: { en: 'Reading the host keys…', ja: 'マシンに鍵を問い合わせています…' },
  accept: { en: 'Accept', ja: '承認' },
  replace: { en: 'Accept the new key', ja: '新しい鍵を承認' },
};

/** What is known of a key. */
export const hostKeyVerdicts: Readonly<Record<ShownHostKey['verdict'], Text>> = {
  ok: { en: 'pinned', ja: '固定済み' },
  unknown: { en: 'unknown', ja: '未知の鍵' },
  changed: {
    en: 'differs from the pinned key: accept it only if the machine was reinstalled',
    ja: '固定した鍵と異なります。再インストールしたときだけ承認してください',
  },
};
