import { apiAnswers } from '../checks/api-answers.ts';
import { certificateFits } from '../checks/certificate-fits.ts';
import { clusterIsAsAsked } from '../checks/cluster-is-as-asked.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { clusterNodes, type ClusterNode } from '../cluster/nodes.ts';
import { kubeadmState, MADE_BY_HOPLAB, UNFINISHED } from '../facts/kubeadm-state.ts';
import { controlPlane, type LabNode } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { tellingLoad } from '../machines/machine-load.ts';
import { importImages } from './import-images.ts';
import { initConfig, KUBEADM_LIMIT } from './kubeadm-config.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { ipvsLeftAsAsked } from './ipvs-modules.ts';
import { cleanUpSentence, resetKubeadm, resetSentence } from './reset-kubeadm.ts';
import { refuseForeignCluster } from './refuse-foreign-cluster.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Stage } from './stage.ts';

const TAINT = 'node-role.kubernetes.io/control-plane';
/** Hides a node from load balancers: MetalLB would announce nothing on a cluster that is only a control plane. */
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
const CONFIG = '/var/lib/hoplab/kubeadm.yaml';

export const controlPlaneStage: Stage = {
  id: 'control-plane',
  title: { en: 'Control plane', ja: 'コントロールプレーン' },
  problem: {
    en: 'Each node is ready, but nothing decides what runs where.',
    ja: 'それぞれのノードは準備できたが、何をどこで動かすかを決めるものがない。',
  },
  solves: {
    en: 'kubeadm init starts the API server, etcd, the scheduler and the controllers on the control plane.',
    ja: 'kubeadm init が API サーバー・etcd・スケジューラー・コントローラーをコントロールプレーンで起動する。',
  },
  seed: '1',
  needs: ['prepare-nodes'], // kubeadm init starts it with their containerd and kubelet
  livesIn: 'machines',
  checks: [apiAnswers, certificateFits, clusterIsAsAsked],
  ahead: [
    {
      after: 'container-runtime',
      decide: (context) => importImages(context, controlPlane(context.lab), 'control-plane'),
    },
  ],

  async decide(context) {
    const node = controlPlane(context.lab);
    const state = await context.read(node.name, kubeadmState);
    refuseForeignCluster(node, state);
    if (state.adminConf && !state.unfinished)
      return [await importImages(context, node, 'control-plane'), scheduling(context, await registered(context))];
    return [
      state.unfinished ? resetKubeadm(node, cleanUpSentence(node)) : [],
      await importImages(context, node, 'control-plane'),
      init(context, node),
      scheduling(context, undefined),
    ];
  },

  async undo(context) {
    const node = controlPlane(context.lab);
    const state = await context.read(node.name, kubeadmState);
    refuseForeignCluster(node, state);
    const leaves = state.adminConf || state.unfinished ? resetKubeadm(node, resetSentence(node)) : [];
    return [leaves, await ipvsLeftAsAsked(context, node)];
  },
};

function init(context: LabContext, node: LabNode): Change {
  return {
    machine: node.name,
    sentence: {
      en: `Start the control plane on ${node.name} (kubeadm init)`,
      ja: `${node.name} でコントロールプレーンを起動する (kubeadm init)`,
    },
    command: sh`
      mkdir -p /var/lib/hoplab && touch ${UNFINISHED} && (umask 077; cat > ${CONFIG}) &&
        ${embed(tellingLoad(sh`kubeadm init --config ${CONFIG}`))} &&
        rm -f ${CONFIG} && mv ${UNFINISHED} ${MADE_BY_HOPLAB}`,
    input: { content: initConfig(context.lab) },
    timeout: KUBEADM_LIMIT,
  };
}

async function registered(context: LabContext): Promise<ClusterNode | undefined> {
  const node = controlPlane(context.lab).name;
  return (await context.read(node, clusterNodes)).find(({ name }) => name === node);
}

/** Whether ordinary pods may run on the control plane, as the lab file asks. */
function scheduling(context: LabContext, found: ClusterNode | undefined): Plan {
  const node = controlPlane(context.lab);
  const wanted = context.lab.kubernetes.controlPlaneRunsPods;
  const tainted = found?.taints.includes(TAINT) ?? true;
  const excluded = found === undefined || EXCLUDED in found.labels;
  if (wanted && (tainted || excluded)) {
    return {
      machine: node.name,
      sentence: {
        en: `Allow ordinary pods and load balancer traffic on ${node.name}`,
        ja: `${node.name} でも Pod を動かし、ロードバランサーから見えるようにする`,
      },
      command: sh`
        export KUBECONFIG=/etc/kubernetes/admin.conf
        kubectl taint node ${node.name} ${`${TAINT}:NoSchedule-`}
        kubectl label node ${node.name} ${`${EXCLUDED}-`}`,
    };
  }
  if (!wanted && found !== undefined && !tainted) {
    return {
      machine: node.name,
      sentence: { en: `Keep ordinary pods off ${node.name}`, ja: `${node.name} では普通の Pod を動かさない` },
      command: kubectl`taint node ${node.name} ${`${TAINT}=:NoSchedule`} --overwrite`,
    };
  }
  return [];
}
