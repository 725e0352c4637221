import { useEventListener } from '@vueuse/core';
import type { Ref } from 'vue';

/** Lets a picture be dragged by its ground: what can be pressed stays pressable. */
export function useDrag(scroller: Ref<HTMLElement | null>): void {
  let from: { x: number; y: number; left: number; top: number } | undefined;
  const end = (): void => {
    from = undefined;
    scroller.value?.style.removeProperty('cursor');
  };
  useEventListener(scroller, 'pointerdown', (event) => {
    const { value: element } = scroller;
    if (!element || event.button !== 0 || event.pointerType !== 'mouse' || isPressable(event.target)) return;
    const { scrollLeft: left, scrollTop: top } = element;
    from = { x: event.clientX, y: event.clientY, left, top };
  });
  useEventListener(scroller, 'pointermove', (event) => {
    const { value: element } = scroller;
    if (!from || !element) return;
    if (event.buttons === 0) {
      end();
      return;
    }
    element.style.cursor = 'grabbing';
    element.scrollTo({ left: from.left + from.x - event.clientX, top: from.top + from.y - event.clientY });
  });
  useEventListener(scroller, ['pointerup', 'pointercancel'], end);
}

/** Buttons, and words that somebody may want to select. */
function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input, [role=button]') !== null;
}
