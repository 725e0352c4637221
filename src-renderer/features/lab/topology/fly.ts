const DURATION = 220;

/** Moves what scrolls to a place, quickly and eased; from afar only the last bit of the way is seen. */
export function flyTo(element: HTMLElement, to: { left: number; top: number }): void {
  const goal = {
    left: Math.max(0, Math.min(to.left, element.scrollWidth - element.clientWidth)),
    top: Math.max(0, Math.min(to.top, element.scrollHeight - element.clientHeight)),
  };
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    element.scrollTo({ ...goal, behavior: 'instant' });
    return;
  }
  const from = {
    left: near(element.scrollLeft, goal.left, element.clientWidth),
    top: near(element.scrollTop, goal.top, element.clientHeight),
  };
  const start = performance.now();
  const step = (now: number): void => {
    const share = Math.min(1, Math.max(0, (now - start) / DURATION));
    const eased = 1 - (1 - share) ** 3;
    element.scrollLeft = from.left + (goal.left - from.left) * eased;
    element.scrollTop = from.top + (goal.top - from.top) * eased;
    if (share < 1 && element.isConnected) requestAnimationFrame(step);
  };
  step(start);
}

function near(from: number, to: number, reach: number): number {
  return Math.abs(to - from) > reach ? to - Math.sign(to - from) * reach : from;
}
