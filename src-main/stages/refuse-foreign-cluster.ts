import { isForeign, type KubeadmState } from '../facts/kubeadm-state.ts';
import type { LabNode } from '../lab/lab.ts';
import { StageRefused } from './stage-refused.ts';

/** A node of a cluster that Hoplab did not make is not ours to change, and not to reset. @throws StageRefused */
export function refuseForeignCluster(node: LabNode, state: KubeadmState): void {
  if (!isForeign(state)) return;
  throw new StageRefused(
    node.name,
    {
      en: `${node.name} is, or was, part of a cluster that Hoplab did not make.`,
      ja: `${node.name} は Hoplab が作ったものではないクラスターの一部である (または、であった)。`,
    },
    {
      en: 'Hoplab does not touch it: use another machine, or remove the cluster yourself with `kubeadm reset` and roll out again.',
      ja: 'Hoplab は手を触れません。別のマシンを使うか、自分で `kubeadm reset` を実行してから展開し直してください。',
    },
  );
}
