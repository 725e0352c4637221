import { nginxSelector } from '../cluster/gateways.ts';
import { ADMIN_CONF } from '../cluster/kubectl.ts';
import { controlPlane, type Lab } from '../lab/lab.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { sh } from '../machines/command.ts';
import type { Change } from '../plan/plan.ts';

/**
 * After a change of the Gateway's listeners. NGINX's pods state the listeners' ports, so NGINX Gateway Fabric replaces them: until the
 * old ones are gone, a request may be cut off. It changes NGINX's Deployment before it says which generation of a Gateway it has seen.
 */
export function nginxSettled(lab: Lab): Change {
  const namespace = firstEnvironment(lab).name;
  const { name } = lab.gateway;
  const observed = '{.status.conditions[?(@.type=="Programmed")].observedGeneration}';
  const leaving = 'jsonpath={.items[?(@.metadata.deletionTimestamp)].metadata.name}';
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: `Wait until NGINX's pods are replaced by ones with the ports of the Gateway ${name}`,
      ja: `NGINX の Pod が Gateway ${name} のポートを持つものに置き換わるのを待つ`,
    },
    command: sh`
      export KUBECONFIG=${ADMIN_CONF}
      generation=$(kubectl -n ${namespace} get gateway ${name} -o ${'jsonpath={.metadata.generation}'}) || exit
      kubectl -n ${namespace} wait gateway ${name} --for="jsonpath="${observed}"=$generation" --timeout=60s || exit
      kubectl -n ${namespace} rollout status deployment -l ${nginxSelector(lab)} --timeout=120s || exit
      leaving=$(kubectl -n ${namespace} get pods -l ${nginxSelector(lab)} -o ${leaving}) || exit
      [ -z "$leaving" ] || kubectl -n ${namespace} wait --for=delete pod $leaving --timeout=60s`,
  };
}
