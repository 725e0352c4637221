import { useEventListener, useResizeObserver } from '@vueuse/core';
import { reactive, type Ref } from 'vue';

/** Size and scroll position of an element, as they change. */
export function useViewport(element: Ref<HTMLElement | null>): {
  width: number;
  height: number;
  left: number;
  top: number;
} {
  const port = reactive({ width: 0, height: 0, left: 0, top: 0 });
  useResizeObserver(element, ([entry]) => {
    if (!entry) return;
    port.width = entry.contentRect.width;
    port.height = entry.contentRect.height;
  });
  const scrolled = (): void => {
    port.left = element.value?.scrollLeft ?? 0;
    port.top = element.value?.scrollTop ?? 0;
  };
  useEventListener(element, 'scroll', scrolled, { passive: true });
  return port;
}
