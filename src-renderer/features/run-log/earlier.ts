import { onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { JournalSummary } from '../../../src-main/contract/journals.ts';
import { engine, trouble, type Trouble } from '../../engine-client.ts';
import type { OpenLab } from '../../stores/labs.ts';
import { RunLog } from './log-rows.ts';

export interface EarlierRollouts {
  readonly journals: Ref<readonly JournalSummary[]>;
  /** The rollout whose journal is shown; empty for the one of this session. */
  readonly chosen: Ref<string>;
  /** Its log, as far as it was read; undefined for the one of this session. */
  readonly log: ShallowRef<RunLog | undefined>;
  readonly failure: Ref<Trouble | undefined>;
}

/** Earlier rollouts of a lab, from their journals. */
export function useEarlierRollouts(lab: OpenLab): EarlierRollouts {
  const journals = ref<readonly JournalSummary[]>([]);
  const chosen = ref('');
  const log = shallowRef<RunLog>();
  const failure = ref<Trouble>();

  const list = async (): Promise<void> => {
    try {
      journals.value = await engine.journals.list({ lab: lab.id });
    } catch (error) {
      failure.value = trouble(error);
    }
  };
  onMounted(list);
  watch(
    () => lab.rollout?.id,
    (now) => now ?? void list(), // one has ended: it is an earlier one now
  );
  watch(chosen, async (rollout) => {
    failure.value = undefined;
    log.value = rollout ? new RunLog() : undefined;
    const mine = log.value;
    if (!mine) return;
    try {
      let from = 0;
      for await (const events of await engine.journals.read({ lab: lab.id, rollout })) {
        if (log.value !== mine) return;
        mine.take({ rollout, from, events });
        from += events.length;
      }
    } catch (error) {
      failure.value = trouble(error);
    }
  });
  return { journals, chosen, log, failure };
}
