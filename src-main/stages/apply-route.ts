import { apply, type Application } from '../cluster/apply.ts';
import { ADMIN_CONF } from '../cluster/kubectl.ts';
import type { KubernetesObject } from '../cluster/manifest.ts';
import { controlPlane } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { changesOf, type Change, type Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';

/** Applies an HTTPRoute where it is not as stated, and waits until NGINX has it. */
export async function applyRoute(
  context: LabContext,
  { route, ...of }: Pick<Application, 'stage' | 'sentence'> & { readonly route: KubernetesObject },
): Promise<Plan> {
  const plan = await apply(context, { ...of, objects: [route] });
  return [plan, changesOf(plan).length > 0 ? routeTaken(context, route) : []];
}

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
