import { sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

/** Certificates are made with the control plane's time; a node an hour behind does not yet believe them. Seconds. */
const TOLERATED = 30;

export const clocksAgree: Check = {
  id: 'clocks-agree',
  sentence: { en: "The node's clock agrees with this computer's", ja: 'ノードの時計がこのコンピューターと合っている' },
  on: 'every-node',
  async ask(question) {
    const { stdout, at } = await question.run(sh`date -u +%s`);
    const off = Math.round(Number(stdout.trim()) - Date.parse(at) / 1000);
    return {
      status: passedIf(Math.abs(off) <= TOLERATED),
      expected: { en: `at most ${TOLERATED} s apart`, ja: `差が ${TOLERATED} 秒以内` },
      actual: { en: `${off} s apart`, ja: `差は ${off} 秒` },
      meaning: {
        en: 'Certificates are valid from their creation: a node whose clock is behind rejects them, and joining fails.',
        ja: '証明書は作られた時刻から有効になる。時計が遅れたノードはそれを拒み、参加に失敗する。',
      },
      remedy: {
        en: 'Enable time synchronization: `timedatectl set-ntp true`.',
        ja: '時刻同期を有効にしてください: `timedatectl set-ntp true`',
      },
    };
  },
};
