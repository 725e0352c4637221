import { createSharedComposable, useIntervalFn, useTimestamp } from '@vueuse/core';
import type { StageState } from '../../../../src-main/contract/lab-session.ts';
import type { Text } from '../../../../src-main/contract/text.ts';
import type { State } from '../../../state.ts';
import { stagesTexts } from '../../../texts/stages-texts.ts';

/** The icon of a stage's state. */
export function stageState(stage: StageState | undefined): State {
  switch (stage?.state) {
    case 'done':
      return 'ok';
    case 'failed':
      return 'failed';
    case 'running':
    case 'undoing':
    case 'reading':
      return 'running';
    case 'changes-needed':
      return 'waiting';
    case 'unknown':
    case undefined:
      return 'unknown';
  }
}

/** Its state in words. */
export function stageWord(stage: StageState | undefined): Text {
  if (stage?.state === 'changes-needed' && stage.changes !== null) return stagesTexts.changesNeeded(stage.changes);
  const failed = new Set(
    (stage?.checks ?? []).flatMap(({ result }) => (result.status === 'failed' ? result.check : [])),
  );
  if (stage?.state === 'failed' && failed.size > 0) return stagesTexts.checksFailed(failed.size);
  return stagesTexts.states[stage?.state ?? 'unknown'];
}

/** The time by the second: one timer for all stages that are shown. */
export const useClock = createSharedComposable(() => useTimestamp({ scheduler: (tick) => useIntervalFn(tick, 1000) }));
