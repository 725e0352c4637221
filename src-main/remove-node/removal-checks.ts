import { passedIf, type Check } from '../checks/check.ts';
import { installedFiles } from '../facts/installed-files.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import type { LabNode } from '../lab/lab.ts';
import { rehearsal, REHEARSAL_LIMIT, whatBlocks } from './drain.ts';

/** Asked before anything is changed: whether the API server would evict every pod of a node. */
export function podsCanLeave(node: LabNode): Check {
  return {
    id: 'pods-can-leave',
    sentence: { en: `Every pod can leave ${node.name}`, ja: `${node.name} のすべての Pod を退避できる` },
    on: 'control-plane',
    async ask(question) {
      const { exitCode, stderr } = await question.run(rehearsal(node), { sudo: true, timeout: REHEARSAL_LIMIT });
      const blocked = whatBlocks(stderr);
      return {
        status: passedIf(exitCode === 0),
        expected: { en: 'kubectl drain would evict them all', ja: 'kubectl drain がすべて退避できる' },
        actual:
          exitCode === 0
            ? { en: 'it would', ja: '退避できる' }
            : (blocked?.text ?? { en: 'it would fail', ja: '失敗する' }),
        meaning:
          exitCode === 0
            ? { en: 'They can be moved to other nodes.', ja: 'ほかのノードに移せる。' }
            : {
                en: 'Nothing was changed: the node goes on as it was.',
                ja: '何も変更していない。ノードはこれまでどおり動く。',
              },
        remedy: blocked?.remedy ?? {
          en: 'See what the command printed, and fix it.',
          ja: 'コマンドの出力を確かめて、原因を直してください。',
        },
      };
    },
  };
}

/** Whether nothing of the cluster is left on a machine; of one that is gone, what is left there. @param isVm it is deleted next */
export function machineIsBare(
  node: LabNode,
  { gone, isVm }: { readonly gone: boolean; readonly isVm: boolean },
): Check {
  return {
    id: 'machine-is-bare',
    sentence: {
      en: `Nothing of the cluster is left on ${node.name}`,
      ja: `${node.name} にクラスターのものが残っていない`,
    },
    on: 'workers',
    async ask(question) {
      if (gone) return { status: 'not-applicable', reason: isVm ? DELETED_NEXT : leftThere(node) };
      const state = await question.readFresh(question.machineName, kubeadmState);
      const installed = await question.readFresh(question.machineName, installedFiles);
      const isBare = !state.kubeletConf && !state.unfinished && installed.size === 0;
      return {
        status: passedIf(isBare),
        expected: { en: 'no kubelet.conf, no programs of Hoplab', ja: 'kubelet.conf も Hoplab のプログラムもない' },
        actual: isBare
          ? { en: 'none', ja: 'なし' }
          : {
              en: `kubelet.conf: ${state.kubeletConf ? 'there' : 'none'}, programs: ${installed.size}`,
              ja: `kubelet.conf: ${state.kubeletConf ? 'あり' : 'なし'}、プログラム: ${installed.size}`,
            },
        meaning: { en: 'The machine is as it was before.', ja: 'マシンは元の状態である。' },
        remedy: { en: 'Remove the node again.', ja: 'もう一度ノードを削除してください。' },
      };
    },
  };
}

const DELETED_NEXT = {
  en: 'The VM was not reached; it is deleted next, with all that is on it.',
  ja: 'VM には届かない。次に VM を中のものごと削除する。',
};

function leftThere({ name, address }: LabNode) {
  return {
    en: `The machine was not reached, so everything is still on it: the kubelet, containerd, and a certificate of this cluster. Switched on, it would register again: then \`hoplab node add --no-up ${name}=${address}\` and \`hoplab node remove ${name}\` clean it up.`,
    ja: `マシンには届かないため、kubelet も containerd もこのクラスターの証明書も残っている。電源を入れるとまた登録される。そのときは \`hoplab node add --no-up ${name}=${address}\` と \`hoplab node remove ${name}\` で片付けられる。`,
  };
}
