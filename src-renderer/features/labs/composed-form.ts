import { useTimeoutFn } from '@vueuse/core';
import { onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { LabFileProblem } from '../../../src-main/contract/failures.ts';
import { engine, trouble, type Trouble } from '../../engine-client.ts';
import { language, say } from '../../language.ts';

/** Milliseconds after a change in which others come to be asked about with it. */
const PAUSE = 350;

interface ComposedForm<Answer> {
  /** The last answer. */
  readonly composed: ShallowRef<Answer | undefined>;
  readonly failure: Ref<Trouble | undefined>;
  /** Asks now. Never throws: it is told in `failure`. */
  readonly compose: () => Promise<void>;
  readonly pause: Pick<ReturnType<typeof useTimeoutFn>, 'start' | 'stop'>;
}

interface ComposedFormOptions {
  /** Asks at first as well; default true. */
  readonly immediate?: boolean;
  /** Whether there is something to ask; default: always. */
  readonly isReady?: () => boolean;
  /** An answer is void once the engine fails; default false: it stays beside the failure. */
  readonly forgets?: boolean;
}

/** What the engine makes of a form, asked while one types; an answer that was overtaken is dropped. @param form reactive, or a list of such and of refs */
export function useComposedForm<Answer>(
  form: object,
  ask: () => Promise<Answer>,
  { immediate = true, isReady = () => true, forgets = false }: ComposedFormOptions = {},
): ComposedForm<Answer> {
  const composed = shallowRef<Answer>();
  const failure = ref<Trouble>();
  let asked = 0;
  const pause = useTimeoutFn(() => void compose(), PAUSE, { immediate });
  watch(form, () => pause.start());

  async function compose(): Promise<void> {
    if (!isReady()) return;
    asked += 1;
    const mine = asked;
    try {
      const answer = await ask();
      if (mine !== asked) return;
      composed.value = answer;
      failure.value = undefined;
    } catch (error) {
      if (mine !== asked) return;
      if (forgets) composed.value = undefined;
      failure.value = trouble(error);
    }
  }
  return { composed, failure, compose, pause };
}

/** Aliases of `~/.ssh/config`, offered as addresses; without them a form is the same. */
export function useAliases(): Ref<readonly string[]> {
  const aliases = ref<readonly string[]>([]);
  onMounted(async () => {
    aliases.value = await engine.labs.aliases().catch(() => []);
  });
  return aliases;
}

/** The first of a field's problems, beside the field. */
export function problemText(problem: LabFileProblem | undefined): string | undefined {
  return problem && `${say(problem.text)}${language() === 'ja' ? '' : ' '}${say(problem.remedy)}`;
}
