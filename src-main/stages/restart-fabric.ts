import { conditionsSchema } from '../cluster/conditions.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { findGateway } from '../cluster/vip.ts';
import { controlPlane } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Plan } from '../plan/plan.ts';

/** How the message of Programmed=False begins when NGINX did not take its configuration (2.6). */
const RELOAD_FAILED = 'The Gateway is not programmed due to a failure to reload nginx';

/**
 * NGINX Gateway Fabric remembers an error of a pod of NGINX that has gone while its configuration was being sent, and reports it for
 * the Gateway for ever (2.6.7); a new process asks the pods that there are. NGINX runs on meanwhile.
 */
export async function restartFabric(context: LabContext): Promise<Plan> {
  const gateway = await findGateway(context);
  const { conditions = [] } = (gateway?.['status'] ?? {}) as { conditions?: unknown[] };
  const known = conditionsSchema.safeParse(conditions).data ?? [];
  const stuck = known.some(
    ({ type, status, message }) => type === 'Programmed' && status === 'False' && message?.startsWith(RELOAD_FAILED),
  );
  if (!stuck) return [];
  return {
    machine: controlPlane(context.lab).name,
    sentence: {
      en: 'Restart NGINX Gateway Fabric, which reports that NGINX did not take its configuration',
      ja: 'NGINX に設定が反映されなかったと報告している NGINX Gateway Fabric を再起動する',
    },
    command: sh`
      ${embed(kubectl`-n nginx-gateway rollout restart deployment nginx-gateway`)} &&
        ${embed(kubectl`-n nginx-gateway rollout status deployment nginx-gateway --timeout=120s`)}`,
    timeout: 150_000,
  };
}
