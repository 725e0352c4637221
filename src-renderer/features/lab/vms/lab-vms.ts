import { watchDebounced } from '@vueuse/core';
import { computed, onMounted, ref, watch, type ComputedRef, type Ref } from 'vue';
import type { Explanation, RolloutVerb } from '../../../../src-main/contract/events.ts';
import { COMPUTER, type Vms } from '../../../../src-main/contract/machines.ts';
import { engine, trouble, type Trouble } from '../../../engine-client.ts';
import { REMOVAL } from '../nodes/node-runs.ts';
import type { LoggedChange } from '../../run-log/log-rows.ts';
import { hasVms, type OpenLab } from '../../../stores/labs.ts';
import { useToasts } from '../../../stores/toasts.ts';

/** The VMs of an open lab, as its provider had them when they were last read. */
export interface LabVms {
  /** Undefined while they have not been read, and for a lab without VMs. */
  readonly vms: Ref<Vms | undefined>;
  readonly reading: Ref<boolean>;
  /** Why they could not be read. */
  readonly failure: Ref<Trouble | undefined>;
  /** Whether one of them is missing or stopped: then its node cannot be reached, and nothing is wrong with that. */
  readonly down: ComputedRef<boolean>;
  /** Why the last run failed, where its work on the VMs did. */
  readonly runFailure: ComputedRef<Explanation | undefined>;
  readonly read: () => Promise<void>;
  readonly start: (verb: Exclude<RolloutVerb, 'remove-node'>, snapshot?: string) => Promise<void>;
}

/** Reads the VMs of a lab now, and again after each run. */
export function followVms(lab: OpenLab): LabVms {
  const vms = ref<Vms>();
  const reading = ref(false);
  const failure = ref<Trouble>();
  let asked = 0;

  async function read(): Promise<void> {
    if (!hasVms(lab)) return;
    asked += 1;
    const mine = asked;
    reading.value = true;
    try {
      const answer = await engine.machines.list({ lab: lab.id });
      if (mine === asked) [vms.value, failure.value] = [answer, undefined];
    } catch (error) {
      if (mine === asked) [vms.value, failure.value] = [undefined, trouble(error)];
    } finally {
      if (mine === asked) reading.value = false;
    }
  }

  async function start(verb: Exclude<RolloutVerb, 'remove-node'>, snapshot?: string): Promise<void> {
    try {
      await engine.rollouts.start({ lab: lab.id, verb, ...(snapshot !== undefined && { snapshot }) });
    } catch (error) {
      useToasts().showTrouble(trouble(error));
    }
  }

  onMounted(read);
  watch(
    () => lab.rollout,
    (now, before) => {
      if (!now && before) void read();
    },
  );
  // each VM that is made or started shows at once
  watchDebounced(
    () => [...lab.log.changes.values()].filter(isOfVms).length,
    () => void read(),
    { debounce: 300, maxWait: 2000 },
  );
  const down = computed(
    () => vms.value?.machines.some(({ state }) => state === 'missing' || state === 'stopped') ?? false,
  );
  return { vms, reading, failure, down, runFailure: computed(() => failureOf(lab)), read, start };
}

function isOfVms({ started, state }: LoggedChange): boolean {
  return started.machine === COMPUTER && state === 'ok';
}

/** Of the last run, if it ended with work that is none of the lab's stages. */
function failureOf({ log, description }: OpenLab): Explanation | undefined {
  const rows = log.rows.value;
  const last = rows.at(-1);
  if (!last || !('event' in last) || last.event.event !== 'rollout-finished') return undefined;
  for (const row of [...rows].reverse()) {
    if (!('event' in row) || row.event.event !== 'stage-finished') continue;
    const { stage, status } = row.event;
    const known = description?.stages.some(({ id }) => id === stage) ?? false;
    return !known && stage !== REMOVAL && status === 'failed' ? last.event.explanation : undefined;
  }
  return undefined;
}
