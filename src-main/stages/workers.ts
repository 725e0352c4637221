import { nodesAreRegistered } from '../checks/nodes-are-registered.ts';
import { ADMIN_CONF, kubectl } from '../cluster/kubectl.ts';
import { clusterNodes } from '../cluster/nodes.ts';
import { kubeadmState, MADE_BY_HOPLAB, UNFINISHED } from '../facts/kubeadm-state.ts';
import { controlPlane, workers as workersOf, type LabNode } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { tellingLoad } from '../machines/machine-load.ts';
import { ApiServerSilent } from '../machines/errors.ts';
import { ipvsLeftAsAsked } from './ipvs-modules.ts';
import { importImages } from './import-images.ts';
import { bootstrapToken, joinConfig, KUBEADM_LIMIT, tokenConfig } from './kubeadm-config.ts';
import { changesOf, together, type Change, type Plan } from '../plan/plan.ts';
import { cleanUpSentence, resetKubeadm, resetSentence } from './reset-kubeadm.ts';
import { refuseForeignCluster } from './refuse-foreign-cluster.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { onEach, type Stage } from './stage.ts';

const CONFIG = '/var/lib/hoplab/kubeadm.yaml';

export const workers: Stage = {
  id: 'workers',
  title: { en: 'Workers', ja: 'ワーカー' },
  problem: {
    en: 'There is a control plane, but no machine to run pods.',
    ja: 'コントロールプレーンはあるが、Pod を動かすマシンがない。',
  },
  solves: {
    en: 'kubeadm join registers all workers in parallel.',
    ja: 'kubeadm join ですべてのワーカーを並行して登録する。',
  },
  seed: '1',
  needs: ['control-plane'], // they join its cluster
  livesIn: 'machines',
  checks: [nodesAreRegistered],
  ahead: [{ after: 'container-runtime', decide: importAll }],

  async decide(context) {
    const token = bootstrapToken();
    const joins = await Promise.all(workersOf(context.lab).map((node) => join(context, node, token)));
    const needed = joins.some((plan) => changesOf(plan).length > 0);
    return [await importAll(context), needed ? createToken(context, token) : [], together(joins)];
  },

  async undo(context, scope) {
    const registered = await context.read(controlPlane(context.lab).name, clusterNodes).catch((error: unknown) => {
      // a cluster that goes as a whole need not answer
      if (scope?.clusterGoes && error instanceof ApiServerSilent) return [];
      throw error;
    });
    return onEach(workersOf(context.lab), async (node) => {
      const isRegistered = registered.some(({ name }) => name === node.name);
      const leave = await leaveCluster(context, node); // first: it refuses what is not ours
      return [isRegistered ? unregister(context, node) : [], leave];
    });
  },
};

function importAll(context: LabContext): Promise<Plan> {
  return onEach(workersOf(context.lab), (node) => importImages(context, node, 'worker'));
}

async function join(context: LabContext, node: LabNode, token: string): Promise<Plan> {
  const [state, registered] = await Promise.all([
    context.read(node.name, kubeadmState),
    context.read(controlPlane(context.lab).name, clusterNodes),
  ]);
  refuseForeignCluster(node, state);
  const isRegistered = registered.some(({ name }) => name === node.name);
  if (state.kubeletConf && !state.unfinished && isRegistered) return [];
  return [
    state.kubeletConf || state.unfinished ? resetKubeadm(node, cleanUpSentence(node)) : [],
    // a machine that was installed anew: kubeadm refuses to join under a name that is still Ready
    isRegistered ? unregister(context, node) : [],
    joinChange(context, node, token),
  ];
}

/**
 * kubeadm join wants the cluster's address signed with its token, and looks for that every five seconds only; the controller
 * that signs does so a moment after the token is there: wait for the signature here (10 s otherwise, met on the lab).
 */
function createToken(context: LabContext, token: string): Change {
  const node = controlPlane(context.lab).name;
  return {
    machine: node,
    sentence: {
      en: 'Create a token, valid for 30 minutes, with which workers join',
      ja: 'ワーカーが参加するためのトークンを作る (30 分有効)',
    },
    command: sh`
      export KUBECONFIG=${ADMIN_CONF}
      (umask 077; cat > ${CONFIG}) &&
        id=$(sed -n 's/.*"token": *"\\([a-z0-9]*\\)[.].*/\\1/p' ${CONFIG}) &&
        kubeadm token create --config ${CONFIG} > /dev/null &&
        timeout 60 sh -c 'until kubectl -n kube-public get configmap cluster-info -o jsonpath="{.data}" | grep -q "jws-kubeconfig-$1"; do sleep 0.1; done' wait "$id"
      code=$?
      rm -f ${CONFIG}
      exit $code`,
    input: { content: tokenConfig(context.lab, token) },
  };
}

function joinChange(context: LabContext, node: LabNode, token: string): Change {
  return {
    machine: node.name,
    sentence: {
      en: `Join ${node.name} to the cluster (kubeadm join)`,
      ja: `${node.name} をクラスターに参加させる (kubeadm join)`,
    },
    command: sh`
      mkdir -p /var/lib/hoplab && touch ${UNFINISHED} && (umask 077; cat > ${CONFIG}) &&
        ${embed(tellingLoad(sh`kubeadm join --config ${CONFIG}`))} &&
        rm -f ${CONFIG} && mv ${UNFINISHED} ${MADE_BY_HOPLAB}`,
    input: async () => {
      const { caCertificate } = await context.read(controlPlane(context.lab).name, kubeadmState);
      return { content: joinConfig(context.lab, node, { token, caCertificate }) };
    },
    timeout: KUBEADM_LIMIT,
  };
}

/** Takes what kubeadm has made off a worker's machine. @throws StageRefused where that is not ours */
export async function leaveCluster(context: LabContext, node: LabNode): Promise<Plan> {
  const state = await context.read(node.name, kubeadmState);
  refuseForeignCluster(node, state);
  const leaves = state.kubeletConf || state.unfinished ? resetKubeadm(node, resetSentence(node)) : [];
  return [leaves, await ipvsLeftAsAsked(context, node)];
}

export function unregister(context: LabContext, node: LabNode): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: { en: `Remove ${node.name} from the cluster's nodes`, ja: `クラスターのノードから ${node.name} を消す` },
    command: kubectl`delete node ${node.name} --ignore-not-found --timeout=60s`,
  };
}
