import { onMounted, onScopeDispose, type Ref } from 'vue';

/** Lets a picture be dragged by its ground: what can be pressed stays pressable. */
export function useDrag(scroller: Ref<HTMLElement | null>): void {
  const stop = new AbortController();
  onScopeDispose(() => stop.abort());
  onMounted(() => {
    const element = scroller.value;
    if (!element) return;
    let from: { x: number; y: number; left: number; top: number } | undefined;
    const end = (): void => {
      from = undefined;
      element.style.removeProperty('cursor');
    };
    const on = (
      name: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel',
      listener: (event: PointerEvent) => void,
    ): void => element.addEventListener(name, listener, { signal: stop.signal });
    on('pointerdown', (event) => {
      if (event.button !== 0 || event.pointerType !== 'mouse' || isPressable(event.target)) return;
      const { scrollLeft: left, scrollTop: top } = element;
      from = { x: event.clientX, y: event.clientY, left, top };
    });
    on('pointermove', (event) => {
      if (!from) return;
      if (event.buttons === 0) {
        end();
        return;
      }
      element.style.cursor = 'grabbing';
      element.scrollTo({ left: from.left + from.x - event.clientX, top: from.top + from.y - event.clientY });
    });
    on('pointerup', end);
    on('pointercancel', end);
  });
}

/** Buttons, and words that somebody may want to select. */
function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input, [role=button]') !== null;
}
