import type { Text } from '../../src-main/contract/text.ts';
import type { State } from '../state.ts';

/** A state in one word, read aloud for its icon. */
export const stateTexts: Readonly<Record<State, Text>> = {
  ok: { en: 'passed', ja: '合格' },
  attention: { en: 'attention', ja: '要注意' },
  failed: { en: 'failed', ja: '失敗' },
  running: { en: 'running', ja: '実行中' },
  cancelled: { en: 'cancelled', ja: '中断' },
  'not-applicable': { en: 'not applicable', ja: '対象外' },
  waiting: { en: 'waiting', ja: '待機中' },
  unknown: { en: 'not read yet', ja: '未取得' },
};
