import { memoryOf } from '../vm-nodes.ts';
import type { Rule } from './rule.ts';

/** MiB: kubeadm wants 1700 of what a kernel leaves of a VM's memory. */
const LEAST = 1800;

/** A VM has the memory that a control plane needs. */
export const vmMemory: Rule = ({ vmMemory: memory }) => {
  if (!memory || memoryOf(memory.value) >= LEAST) return [];
  return [
    {
      path: memory.path,
      text: {
        en: `${memory.value} is too little memory for a control plane: kubeadm wants 1700 MiB of what the kernel leaves.`,
        ja: `${memory.value} はコントロールプレーンには足りません。kubeadm は、カーネルが使う分を除いて 1700 MiB を求めます。`,
      },
      remedy: { en: `Write at least ${LEAST}MiB.`, ja: `${LEAST}MiB 以上を書いてください。` },
    },
  ];
};
