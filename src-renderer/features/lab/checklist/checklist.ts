import type { CheckState, LabDescription, StageState } from '../../../../src-main/contract/lab-session.ts';
import type { Text } from '../../../../src-main/contract/text.ts';
import type { State } from '../../../state.ts';

type DescribedCheck = LabDescription['stages'][number]['checks'][number];

/** A check of the chosen stage with its last answer on each machine. */
export interface ListedCheck {
  readonly id: string;
  readonly sentence: Text;
  readonly machines: readonly string[];
  readonly answers: readonly CheckState[];
  readonly state: State;
}

export function listChecks(checks: readonly DescribedCheck[], stage: StageState | undefined): ListedCheck[] {
  return checks.map(({ id, sentence, machines }) => {
    const answers = (stage?.checks ?? []).filter(({ result }) => result.check === id);
    return { id, sentence, machines, answers, state: worst(answers, machines.length) };
  });
}

/** A check has passed when it passed everywhere. */
function worst(answers: readonly CheckState[], machines: number): State {
  if (answers.some(({ result }) => result.status === 'failed')) return 'failed';
  if (answers.length < Math.max(1, machines)) return 'unknown';
  return answers.every(({ result }) => result.status === 'not-applicable') ? 'not-applicable' : 'ok';
}

export function answerState({ result }: CheckState): State {
  return result.status === 'passed' ? 'ok' : result.status;
}
