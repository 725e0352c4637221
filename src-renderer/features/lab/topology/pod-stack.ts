import type { PodPlace } from './columns.ts';

/** A pod's box in its column, from the top of the stack. */
export interface StackedPod extends PodPlace {
  readonly top: number;
  readonly height: number;
}

export interface PodStack {
  readonly shown: readonly StackedPod[];
  /** Pods that are not drawn until they are asked for. */
  readonly more: number;
  readonly height: number;
}

export const POD = 38;
export const LINE = 15;
const GAP = 5;
/** Of the line that shows more pods, or fewer. */
export const MORE = 24;

/** Stacks pods below cni0, at most `most` of them. Those of a Gateway are higher: they show listeners and routes. */
export function stackPods(pods: readonly PodPlace[], most: number, withLines: boolean): PodStack {
  const shown: StackedPod[] = [];
  let top = 0;
  for (const pod of pods.slice(0, most)) {
    const height = POD + (withLines ? linesOf(pod) * LINE : 0);
    shown.push({ ...pod, top, height });
    top += height + GAP;
  }
  const more = pods.length - shown.length;
  return { shown, more, height: top + (more > 0 ? MORE : 0) };
}

function linesOf({ gateway, routes }: PodPlace): number {
  if (!gateway) return 0;
  return gateway.listeners.length + routes.reduce((sum, { hostnames }) => sum + Math.max(1, hostnames.length), 0);
}
