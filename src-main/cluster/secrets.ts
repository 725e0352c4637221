import type { Fact } from '../facts/fact.ts';
import { kubectl, ofCluster } from './kubectl.ts';
import { APPLIED_LABEL, STAGE_LABEL, type KubernetesObject } from './manifest.ts';

const LABELS = [STAGE_LABEL, APPLIED_LABEL];
const COLUMNS = [
  'NAMESPACE:.metadata.namespace',
  'NAME:.metadata.name',
  ...LABELS.map((label, index) => `LABEL${index}:.metadata.labels.${label.replaceAll('.', '\\.')}`),
].join(',');

/** The secrets of the cluster by name and Hoplab's labels; never what is in them. */
export const secrets: Fact<readonly KubernetesObject[]> = {
  id: 'secrets',
  ...ofCluster,
  command: kubectl`get secrets -A --no-headers -o ${`custom-columns=${COLUMNS}`}`,
  parse: ({ stdout }) =>
    stdout.split('\n').flatMap((line): KubernetesObject[] => {
      const [namespace, name, ...values] = line.trim().split(/\s+/);
      if (namespace === undefined || name === undefined) return [];
      const entries = LABELS.map((label, index) => [label, values[index] ?? NONE] as const);
      const labels = Object.fromEntries(entries.filter(([, value]) => value !== NONE));
      return [{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name, labels } }];
    }),
};

const NONE = '<none>';
