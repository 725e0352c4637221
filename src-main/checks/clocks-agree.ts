import { clockBehind, READ_CLOCK } from '../facts/clock.ts';
import type { Text } from '../contract/text.ts';
import { passedIf, type Check } from './check.ts';

/** Certificates are made with the control plane's time; a node an hour behind does not yet believe them. Seconds. */
export const CLOCKS_TOLERATED = 30;

export const clocksAgree: Check = {
  id: 'clocks-agree',
  sentence: { en: "The node's clock agrees with this computer's", ja: 'ノードの時計がこのコンピューターと合っている' },
  on: 'every-node',
  async ask(question) {
    const { stdout, at } = await question.run(READ_CLOCK);
    const behind = clockBehind({ stdout, at: Date.parse(at) });
    return {
      status: passedIf(Math.abs(behind) <= CLOCKS_TOLERATED),
      expected: { en: `at most ${CLOCKS_TOLERATED} s apart`, ja: `差が ${CLOCKS_TOLERATED} 秒以内` },
      actual: apart(behind),
      meaning: {
        en: 'Certificates are valid from their creation: a node whose clock is behind rejects them, and joining fails.',
        ja: '証明書は作られた時刻から有効になる。時計が遅れたノードはそれを拒み、参加に失敗する。',
      },
      remedy:
        behind < 0
          ? {
              en: "Find out which clock is right, the node's or this computer's, and enable time synchronization where it is wrong: `timedatectl set-ntp true`.",
              ja: 'ノードとこのコンピューターのどちらの時計が正しいかを確かめ、ずれている方で時刻同期を有効にしてください: `timedatectl set-ntp true`',
            }
          : {
              en: '`hoplab up` sets a clock that is behind. To keep it right, enable time synchronization: `timedatectl set-ntp true`.',
              ja: '遅れた時計は `hoplab up` が合わせます。ずれないように時刻同期を有効にしてください: `timedatectl set-ntp true`',
            },
    };
  },
};

function apart(behind: number): Text {
  if (Number.isNaN(behind)) return { en: 'not understood', ja: '解釈できない' };
  if (behind > 0) return { en: `${behind} s behind`, ja: `${behind} 秒遅れている` };
  return behind < 0 ? { en: `${-behind} s ahead`, ja: `${-behind} 秒進んでいる` } : { en: 'the same', ja: '同じ' };
}
