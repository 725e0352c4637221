import { ref } from 'vue';
import { engine, trouble } from '../../engine.ts';
import { say } from '../../language.ts';
import { tell } from '../../ui/toasts.ts';

/** Whether a rollout is being stopped just now. */
export const stopping = ref(false);

/** Stops the running rollout of a lab, and returns when it has stopped. */
export async function stopRollout(lab: string): Promise<void> {
  stopping.value = true;
  try {
    await engine.rollouts.cancel({ lab });
  } catch (error) {
    const { title, remedy } = trouble(error);
    tell({ state: 'failed', title: say(title), detail: say(remedy) });
  } finally {
    stopping.value = false;
  }
}
