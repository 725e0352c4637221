import { isMap } from 'yaml';
import type { Text } from '../../contract/text.ts';
import { composeYaml } from '../compose-yaml.ts';
import { shown } from '../finding.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** The overrides are YAML documents that kubeadm knows. */
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
  const text = wrongDocuments(disk.text(file) ?? '', shown(value));
  return text ? [{ path, text, remedy }] : [];
};

const largest = 1024 * 1024;
const known = /^(?:kubeadm|kubelet\.config|kubeproxy\.config)\.k8s\.io\/v[a-z0-9]+$/;

function wrongDocuments(content: string, name: string): Text | undefined {
  const composed = content.length > largest ? undefined : composeYaml(content);
  if (!composed)
    return { en: `${name} is too large or nested too deeply.`, ja: `${name} が大きすぎるか、入れ子が深すぎます。` };
  const { documents, lines } = composed;
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    return {
      en: `Line ${line} of ${name} is not valid YAML.`,
      ja: `${name} の ${line} 行目が YAML として正しくありません。`,
    };
  }
  const roots = documents.map(({ contents }) => contents).filter((root) => root && root.range[0] < root.range[1]);
  if (roots.length === 0) return { en: `${name} is empty.`, ja: `${name} が空です。` };
  const foreign = roots.findIndex((root) => !isForKubeadm(root));
  if (foreign < 0) return undefined;
  return {
    en: `Document ${foreign + 1} of ${name} has no apiVersion and kind of kubeadm, kubelet or kube-proxy.`,
    ja: `${name} の ${foreign + 1} 番目のドキュメントに、kubeadm、kubelet、kube-proxy の apiVersion と kind がありません。`,
  };
}

function isForKubeadm(root: unknown): boolean {
  return isMap(root) && known.test(String(root.get('apiVersion'))) && root.has('kind');
}
