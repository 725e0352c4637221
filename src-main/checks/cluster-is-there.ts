import { kubeadmState } from '../facts/kubeadm-state.ts';
import type { Question } from './check.ts';

/** Whether a node is part of a cluster that was finished: by the files on the nodes, since the API server may be down. */
export async function clusterIsThere(question: Question): Promise<boolean> {
  const states = await Promise.all(question.lab.nodes.map(({ name }) => question.read(name, kubeadmState)));
  return states.some(({ adminConf, kubeletConf, unfinished }) => (adminConf || kubeletConf) && !unfinished);
}
