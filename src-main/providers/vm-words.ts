import type { Text } from '../contract/text.ts';
import { sh } from '../machines/command.ts';
import type { Stage } from '../stages/stage.ts';

/** Work on VMs, told as a stage. */
export const VM_WORDS: Pick<Stage, 'id' | 'title' | 'problem' | 'solves'> = {
  id: 'machines',
  title: { en: 'VMs', ja: 'VM' },
  problem: {
    en: 'A cluster needs machines, and there is only this computer.',
    ja: 'クラスターにはマシンが要るが、手元にはこのコンピューターしかない。',
  },
  solves: {
    en: 'This computer runs them as virtual machines, each with an address of its own on a network of their own.',
    ja: 'このコンピューターが仮想マシンとして動かし、それぞれに専用のネットワークのアドレスを持たせる。',
  },
};

/** A VM that is starting. */
export function notYet(node: string): Text {
  return {
    en: `${node} does not answer over SSH yet; waiting`,
    ja: `${node} がまだ SSH に応答していません。待っています`,
  };
}

/** Waits until a new machine has been set up; where there is no cloud-init, at once. */
export const cloudInitEnded = sh`command -v cloud-init > /dev/null || exit 0; cloud-init status --wait`;
