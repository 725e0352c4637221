import type { Check } from './check.ts';
import { missingPrograms } from './missing-programs.ts';

const LINUX = ['arping', 'awk', 'curl', 'dig', 'getent', 'ip', 'resolvectl', 'sed', 'sha256sum', 'systemctl'];
const MACOS = ['arp', 'awk', 'curl', 'dig', 'dscacheutil', 'ping', 'scutil', 'sed'];

export const clientHasPrograms: Check = {
  id: 'client-has-programs',
  sentence: {
    en: 'All programs that checks run on the client are installed',
    ja: 'チェックがクライアントで使うプログラムがすべて入っている',
  },
  on: 'client',
  ask: (question) => missingPrograms(question, question.client.platform === 'linux' ? LINUX : MACOS, false),
};
