import { readKubeadmDocuments, type PlainDocument } from './kubeadm-documents.ts';
import type { Lab } from './lab.ts';

/** The documents that the lab file merges into kubeadm's. @throws Error for some that became unreadable after it was read */
export function kubeadmOverrides({ overrides: { kubeadm } }: Lab): readonly PlainDocument[] {
  if (kubeadm === undefined) return [];
  const read = readKubeadmDocuments(kubeadm, 'overrides.kubeadm');
  if ('problems' in read) throw new Error(read.problems.map(({ text }) => text.en).join(' '));
  return read.documents;
}

/** Whether they let the kubelet run on cgroup v1, which it refuses by default. */
export function allowsCgroupV1(lab: Lab): boolean {
  return kubeadmOverrides(lab).some((document) => document['failCgroupV1'] === false);
}
