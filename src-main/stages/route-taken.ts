import { ADMIN_CONF } from '../cluster/kubectl.ts';
import type { KubernetesObject } from '../cluster/manifest.ts';
import { controlPlane } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { Change } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';

/** NGINX Gateway Fabric says of a route which generation of it NGINX has; until then requests go as before. */
export function routeTaken({ lab }: LabContext, { metadata: { name, namespace = '' } }: KubernetesObject): Change {
  const observed = '{.status.parents[0].conditions[0].observedGeneration}';
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: `Wait until NGINX has the HTTPRoute ${namespace}/${name} as it is now`,
      ja: `NGINX が今の HTTPRoute ${namespace}/${name} を反映するのを待つ`,
    },
    command: sh`
      export KUBECONFIG=${ADMIN_CONF}
      generation=$(kubectl -n ${namespace} get httproute ${name} -o ${'jsonpath={.metadata.generation}'}) || exit
      kubectl -n ${namespace} wait httproute ${name} --for="jsonpath="${observed}"=$generation" --timeout=60s`,
  };
}
