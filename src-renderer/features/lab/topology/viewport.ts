import { onMounted, onScopeDispose, reactive, type Ref } from 'vue';

/** Size and scroll position of an element, as they change. */
export function useViewport(element: Ref<HTMLElement | null>): {
  width: number;
  height: number;
  left: number;
  top: number;
} {
  const port = reactive({ width: 0, height: 0, left: 0, top: 0 });
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    port.width = entry.contentRect.width;
    port.height = entry.contentRect.height;
  });
  const scrolled = (): void => {
    port.left = element.value?.scrollLeft ?? 0;
    port.top = element.value?.scrollTop ?? 0;
  };
  onMounted(() => {
    if (!element.value) return;
    observer.observe(element.value);
    element.value.addEventListener('scroll', scrolled, { passive: true });
  });
  onScopeDispose(() => {
    observer.disconnect();
    element.value?.removeEventListener('scroll', scrolled);
  });
  return port;
}
