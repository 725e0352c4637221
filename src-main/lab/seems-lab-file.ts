import { isMap, isScalar } from 'yaml';
import { composeYaml } from './compose-yaml.ts';

/** Every lab file has both. Other YAML, such as a kubeconfig with its credentials, has neither. */
const KEYS: ReadonlySet<unknown> = new Set(['lab', 'nodes']);

/** Whether a text is a lab file, of whatever quality. What is named otherwise than .yaml or .yml has to be YAML without a mistake. */
export function seemsLabFile(path: string, text: string): boolean {
  const documents = composeYaml(text)?.documents ?? [];
  const contents = documents[0]?.contents;
  if (!isMap(contents) || !contents.items.some(({ key }) => isScalar(key) && KEYS.has(key.value))) return false;
  return namedYaml(path) || documents.every(({ errors }) => errors.length === 0);
}

export function namedYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}
