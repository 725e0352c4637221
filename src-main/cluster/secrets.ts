import type { Fact } from '../facts/fact.ts';
import { objectName } from '../facts/network-values.ts';
import { columns, labelPath, rowsOf } from './columns.ts';
import { kubectl, ofCluster } from './kubectl.ts';
import { APPLIED_LABEL, STAGE_LABEL, type KubernetesObject } from './manifest.ts';

const LABELS = [STAGE_LABEL, APPLIED_LABEL];
const COLUMNS = {
  NAMESPACE: 'namespace',
  NAME: 'name',
  ...Object.fromEntries(LABELS.map((label, index) => [`LABEL${index}`, labelPath(label)])),
};

/** The secrets of the cluster by name and Hoplab's labels; never what is in them. */
export const secrets: Fact<readonly KubernetesObject[]> = {
  id: 'secrets',
  ...ofCluster,
  command: kubectl`get secrets -A -o ${columns(COLUMNS)}`,
  parse: (printed) =>
    rowsOf(printed, COLUMNS).map(([inNamespace, called, ...values]): KubernetesObject => {
      const [namespace, name] = [objectName.parse(inNamespace), objectName.parse(called)];
      const entries = LABELS.map((label, index) => [label, values[index] ?? NONE] as const);
      const labels = Object.fromEntries(entries.filter(([, value]) => value !== NONE));
      return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name, labels } };
    }),
};

const NONE = '<none>';
