import type { Fact } from '../facts/fact.ts';
import { objectName } from '../facts/network-values.ts';
import { kubectl, ofCluster } from './kubectl.ts';
import { APPLIED_LABEL, STAGE_LABEL, type KubernetesObject } from './manifest.ts';
import { LABEL_COLUMNS, rowsOf } from './rows.ts';

/** The secrets of the cluster by name and Hoplab's labels; never what is in them. */
export const secrets: Fact<readonly KubernetesObject[]> = {
  id: 'secrets',
  ...ofCluster,
  command: kubectl`get secrets -A -L ${LABEL_COLUMNS}`,
  parse: (printed) =>
    rowsOf(printed).map(({ words: [inNamespace, called], stage, applied }): KubernetesObject => {
      const [namespace, name] = [objectName.parse(inNamespace), objectName.parse(called)];
      const labels = {
        ...(stage !== '' && { [STAGE_LABEL]: stage }),
        ...(applied !== '' && { [APPLIED_LABEL]: applied }),
      };
      return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name, labels } };
    }),
};
