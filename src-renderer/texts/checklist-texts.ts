import type { Text } from '../../src-main/contract/text.ts';

/** The guided checklist of a stage. */
export const checklistTexts = {
  title: { en: 'Checks', ja: 'チェック' },
  seed: (section: string) => ({ en: `§ ${section}`, ja: `§ ${section}` }),
  problem: { en: 'Problem', ja: '課題' },
  solves: { en: 'Solved by', ja: '解決' },
  passed: (n: number, all: number) => ({ en: `${n} of ${all} passed`, ja: `${all} 件中 ${n} 件合格` }),
  askAll: { en: 'Check all', ja: 'すべて確認' },
  askAllHere: { en: 'Ask every check of the chosen stage', ja: '選んだステージのチェックをすべて実行' },
  askAgain: { en: 'Ask again', ja: 'もう一度確認' },
  askAgainOn: (machine: string) => ({ en: `Ask again on ${machine}`, ja: `${machine} でもう一度確認` }),
  notAsked: { en: 'not asked yet', ja: '未確認' },
  askIt: {
    en: 'Not asked yet: press “Ask again” to run it.',
    ja: 'まだ確認していません。「もう一度確認」で実行します。',
  },
  onMachines: (n: number) => ({ en: `${n} machines`, ja: `${n} 台` }),
  ranAgain: (time: string) => ({ en: `Run by itself at ${time}`, ja: `${time} に単独で実行` }),
  omitted: (n: number) => ({
    en: `${n.toLocaleString('en')} more characters came back: run the command again to see all of them.`,
    ja: `この後にさらに ${n.toLocaleString('ja')} 文字の出力があります。コマンドをもう一度実行するとすべて表示されます。`,
  }),
  ask: (check: Text): Text => ({ en: `Ask: ${check.en}`, ja: `確認: ${check.ja}` }),
  expected: { en: 'Expected', ja: '期待値' },
  actual: { en: 'Actual', ja: '結果' },
  meaning: { en: 'Meaning', ja: '意味' },
  remedy: { en: 'What to do', ja: '対処' },
};
