import type { ElementOf } from '../../../../src-main/contract/topology.ts';

/** How a pod is, as its icon shows it. */
export type PodState = 'ok' | 'running' | 'failed' | 'cancelled';

export function podState({ ready, terminating, phase, reason }: ElementOf<'pod'>): PodState {
  if (terminating) return 'cancelled';
  if (ready) return 'ok';
  return reason !== '' && phase !== 'Pending' ? 'failed' : 'running';
}
