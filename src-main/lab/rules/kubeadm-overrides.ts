import { shown } from '../finding.ts';
import { readKubeadmDocuments } from '../kubeadm-documents.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** The overrides are YAML documents that kubeadm knows, and say nothing that Hoplab says itself. */
export const kubeadmOverrides: Rule = ({ kubeadmOverrides: spot }, { disk, paths }) => {
  if (!spot || !disk) return [];
  const { path, value } = spot;
  const file = paths.absolute(value);
  const state = disk.state(file);
  const remedy = {
    en: 'Name a YAML file of kubeadm, kubelet or kube-proxy configuration, or remove the key.',
    ja: 'kubeadm、kubelet、kube-proxy の設定を書いた YAML ファイルを指定するか、キーを取り除いてください。',
  };
  if (state !== 'file') return [{ path, text: stateText(state, value), remedy }];
  const read = readKubeadmDocuments(disk.text(file) ?? '', shown(value));
  return 'problems' in read ? read.problems.map((problem) => ({ path, remedy, ...problem })) : [];
};
