import { useMediaQuery, useTimeoutFn } from '@vueuse/core';
import { computed, ref, watch, type Ref } from 'vue';

/** Milliseconds that the packet stays at a hop at speed 1. */
const STAY = 1100;

export type Speed = '0.5' | '1' | '2' | '4';

export interface Player {
  /** Index of the hop. */
  readonly at: Ref<number>;
  readonly playing: Ref<boolean>;
  readonly speed: Ref<Speed>;
  /** Whether things may move by themselves: with reduced motion the packet is only stepped. */
  readonly moves: Readonly<Ref<boolean>>;
  readonly go: (index: number) => void;
  /** Plays from where it is, or from the beginning when it is at the end; or pauses. */
  readonly toggle: () => void;
}

/** Walks through so many hops. */
export function usePlayer(length: () => number): Player {
  const at = ref(0);
  const playing = ref(false);
  const speed = ref<Speed>('1');
  const reduced = useMediaQuery('(prefers-reduced-motion: reduce)');
  const moves = computed(() => !reduced.value);
  const isLast = (): boolean => at.value >= length() - 1;
  const stay = useTimeoutFn(
    () => (at.value += 1),
    () => STAY / Number(speed.value),
    { immediate: false },
  );

  watch([playing, at, speed, moves], () => {
    stay.stop();
    if (!playing.value) return;
    if (isLast() || !moves.value) playing.value = false;
    else stay.start();
  });

  function go(index: number): void {
    at.value = Math.max(0, Math.min(index, length() - 1));
  }

  function toggle(): void {
    if (!playing.value && isLast()) at.value = 0;
    playing.value = !playing.value && moves.value;
  }

  return { at, playing, speed, moves, go, toggle };
}
