import type { Check } from './check.ts';
import { missingPrograms } from './missing-programs.ts';

const LINUX = ['arping', 'awk', 'curl', 'dig', 'getent', 'ip', 'resolvectl', 'sed', 'sha256sum', 'systemctl'];
const MACOS = ['arp', 'awk', 'curl', 'dig', 'dscacheutil', 'ping', 'scutil', 'sed'];

/** What checks run on the client. */
export function clientPrograms(platform: 'linux' | 'macos'): readonly string[] {
  return platform === 'linux' ? LINUX : MACOS;
}

export const clientHasPrograms: Check = {
  id: 'client-has-programs',
  sentence: {
    en: 'All programs that checks run on the client are installed',
    ja: 'チェックがクライアントで使うプログラムがすべて入っている',
  },
  on: 'client',
  ask: (question) => missingPrograms(question, clientPrograms(question.client.platform), false),
};
