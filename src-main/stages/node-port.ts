import { nodePortAnswers } from '../checks/node-port-answers.ts';
import { requestsSpread } from '../checks/requests-spread.ts';
import { apply, deleteApplied, hasApplied } from '../cluster/apply.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { STAGE_LABEL } from '../cluster/manifest.ts';
import { readBuiltInObjects } from '../cluster/objects.ts';
import { controlPlane } from '../lab/lab.ts';
import { appObjects } from './app.ts';
import { importImages } from './import-images.ts';
import type { Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Stage } from './stage.ts';

export const nodePort: Stage = {
  id: 'node-port',
  title: { en: 'NodePort', ja: 'NodePort' },
  problem: {
    en: 'Pods can reach each other, but no pod can be reached from outside the cluster.',
    ja: 'Pod どうしは通信できるが、クラスターの外からは Pod に届かない。',
  },
  solves: {
    en: 'A NodePort opens the same port on every node, and kube-proxy forwards it to one of the pods.',
    ja: 'NodePort がすべてのノードで同じポートを開き、kube-proxy がいずれかの Pod に転送する。',
  },
  seed: '1.1',
  needs: ['pod-network'], // the app runs in pods on the workers
  livesIn: 'cluster',
  checks: [nodePortAnswers, requestsSpread],
  ahead: [{ after: 'workers', decide: imagesWherePodsRun }],

  async decide(context) {
    const { lab } = context;
    return [
      await imagesWherePodsRun(context),
      await apply(context, {
        stage: 'node-port',
        sentence: {
          en: `Run the sample app in ${lab.app.environments.map(({ name }) => name).join(' and ')}, and open NodePort ${lab.app.nodePort}`,
          ja: `サンプルアプリを ${lab.app.environments.map(({ name }) => name).join(' と ')} で動かし、NodePort ${lab.app.nodePort} を開く`,
        },
        objects: lab.app.environments.flatMap((environment) => appObjects(lab, environment)),
      }),
      await withoutOldEnvironments(context),
    ];
  },

  async undo(context) {
    if (!(await hasApplied(context, 'node-port'))) return [];
    return deleteApplied(context, 'node-port', ['namespaces'], {
      en: 'Remove the sample app and its NodePort',
      ja: 'サンプルアプリと NodePort を取り除く',
    });
  },
};

/** An environment that the lab file names no more goes with its namespace, and its route with it. */
async function withoutOldEnvironments(context: LabContext): Promise<Plan> {
  const { lab } = context;
  const wanted = new Set(lab.app.environments.map(({ name }) => name));
  const old = (await readBuiltInObjects(context))
    .filter(({ kind, metadata }) => kind === 'Namespace' && metadata.labels?.[STAGE_LABEL] === 'node-port')
    .map(({ metadata }) => metadata.name)
    .filter((name) => !wanted.has(name));
  return old.map((name) => ({
    machine: controlPlane(lab).name,
    sentence: {
      en: `Remove the environment ${name}, which is no longer in the lab file`,
      ja: `ラボファイルからなくなった環境 ${name} を取り除く`,
    },
    command: kubectl`delete namespace ${name} --ignore-not-found --timeout=120s`,
  }));
}

/** The workers got theirs before they joined; the control plane needs them only when it runs pods. */
async function imagesWherePodsRun(context: LabContext): Promise<Plan> {
  if (!context.lab.kubernetes.controlPlaneRunsPods) return [];
  return importImages(context, controlPlane(context.lab), 'worker');
}
