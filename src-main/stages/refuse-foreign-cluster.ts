import type { KubeadmState } from '../facts/kubeadm-state.ts';
import type { LabNode } from '../lab/lab.ts';
import { StageRefused } from './stage-refused.ts';

/** Whether a node belongs, or belonged, to a cluster that Hoplab did not make. */
export function isForeign(state: KubeadmState): boolean {
  const found = state.adminConf || state.kubeletConf || state.traces;
  return found && !state.madeByHoplab && !state.unfinished;
}

/** Such a node is not ours to change, and not to reset. */
export function refuseForeignCluster(node: LabNode, state: KubeadmState): void {
  if (!isForeign(state)) return;
  throw new StageRefused(
    node.name,
    {
      en: `${node.name} is, or was, part of a cluster that Hoplab did not make.`,
      ja: `${node.name} は Hoplab が作ったものではないクラスタの一部である（または、であった）。`,
    },
    {
      en: 'Hoplab leaves it alone: use another machine, or take the cluster off yourself with `kubeadm reset` and roll out again.',
      ja: 'Hoplab は手を触れません。別のマシンを使うか、自分で `kubeadm reset` を実行してから展開し直してください。',
    },
  );
}
