import type { Text } from '../../src-main/contract/text.ts';

/** The guided checklist of a stage. */
export const checklistTexts = {
  title: { en: 'Checks', ja: 'チェック' },
  seed: (section: string) => ({ en: `§ ${section}`, ja: `§ ${section}` }),
  problem: { en: 'Problem', ja: '課題' },
  solves: { en: 'Solved by', ja: '解決' },
  passed: (n: number, all: number) => ({ en: `${n} of ${all} passed`, ja: `${all} 件中 ${n} 件合格` }),
  askAll: { en: 'Run all checks', ja: 'すべてチェック' },
  askAllHere: { en: 'Run every check of the selected stage', ja: '選んだステージのチェックをすべて実行' },
  askAgain: { en: 'Run check', ja: 'チェックを実行' },
  askAgainOn: (machine: string) => ({ en: `Run check on ${machine}`, ja: `${machine} でチェックを実行` }),
  notAsked: { en: 'not run yet', ja: '未実行' },
  askIt: {
    en: 'Not run yet. Press “Run check”.',
    ja: 'まだ実行していません。「チェックを実行」を押してください。',
  },
  onMachines: (n: number) => ({ en: `${n} machines`, ja: `${n} 台` }),
  ranAgain: (time: string) => ({ en: `Run separately at ${time}`, ja: `${time} に単独で実行` }),
  omitted: (n: number) => ({
    en: `${n.toLocaleString('en')} more characters not shown. Run the command again to see all output.`,
    ja: `この後にさらに ${n.toLocaleString('ja')} 文字の出力があります。コマンドをもう一度実行するとすべて表示されます。`,
  }),
  ask: (check: Text): Text => ({ en: `Run: ${check.en}`, ja: `実行: ${check.ja}` }),
  expected: { en: 'Expected', ja: '期待値' },
  actual: { en: 'Actual', ja: '結果' },
  meaning: { en: 'Meaning', ja: '意味' },
  remedy: { en: 'What to do', ja: '対処' },
};
