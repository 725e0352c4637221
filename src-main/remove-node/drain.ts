import { kubectl } from '../cluster/kubectl.ts';
import type { Text } from '../contract/text.ts';
import { controlPlane, type LabNode } from '../lab/lab.ts';
import { sh, type ShellCommand } from '../machines/command.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change } from '../plan/plan.ts';

/** Seconds that pods are given to end, and replacements to come up where a budget asks for them. */
const PATIENCE = 120;
/** Seconds for which a rehearsal asks again where a budget has nothing to spare just now. */
const REHEARSAL = 15;

const OPTIONS = ['--ignore-daemonsets', '--delete-emptydir-data'];

/** Asks the API server which pods of a node it would evict; evicts none. */
export function rehearsal(node: LabNode): ShellCommand {
  return kubectl`drain ${node.name} ${OPTIONS} --dry-run=server --timeout=${REHEARSAL}s`;
}

/** Milliseconds that a rehearsal takes at most. */
export const REHEARSAL_LIMIT = (REHEARSAL + 30) * 1000;

export function drain(context: LabContext, node: LabNode): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: {
      en: `Move the pods of ${node.name} to other nodes (kubectl drain)`,
      ja: `${node.name} の Pod をほかのノードに移す (kubectl drain)`,
    },
    command: kubectl`drain ${node.name} ${OPTIONS} --timeout=${PATIENCE}s`,
    timeout: (PATIENCE + 30) * 1000,
  };
}

export function takePodsAgain(context: LabContext, node: LabNode): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: {
      en: `Let pods run on ${node.name} again (kubectl uncordon)`,
      ja: `${node.name} で再び Pod を動かせるようにする (kubectl uncordon)`,
    },
    command: kubectl`uncordon ${node.name}`,
  };
}

/** A machine that is gone ends no pods: the API server is told that they have ended, so that others start elsewhere. */
export function forget(context: LabContext, node: LabNode): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: {
      en: `Remove ${node.name} and its pods from the cluster`,
      ja: `クラスターから ${node.name} とその Pod を消す`,
    },
    command: sh`
      export KUBECONFIG=/etc/kubernetes/admin.conf
      kubectl delete node ${node.name} --ignore-not-found --timeout=60s &&
        kubectl delete pods -A --field-selector ${`spec.nodeName=${node.name}`} --force --grace-period=0`,
  };
}

/** Why pods did not leave, and what to do. */
export interface Blocked {
  readonly text: Text;
  readonly remedy: Text;
}

const AGAIN: Text = { en: 'Then remove the node again.', ja: 'そのあと、もう一度ノードを削除してください。' };

/** What kept pods on a node, in the words of `kubectl drain` (k8s.io/kubectl/pkg/drain); undefined: something else failed. */
export function whatBlocks(said: string): Blocked | undefined {
  const lines = said.split('\n');
  const alone = lines.flatMap((line) => aloneIn(line));
  if (alone.length > 0) return noController(unique(alone));
  const held = lines.filter((line) => line.includes("violate the pod's disruption budget")).flatMap(podIn);
  if (held.length > 0) return underBudget(unique(held));
  const slow = lines.filter((line) => line.includes('error when waiting for pod ')).flatMap(podIn);
  return slow.length > 0 ? stillRunning(unique(slow)) : undefined;
}

/** `cannot delete Pods that declare no controller (use --force to override): default/one, default/other` */
function aloneIn(line: string): readonly string[] {
  const [, named] = line.split('declare no controller (use --force to override): ', 2);
  return named === undefined ? [] : named.split(/[,\]]/).flatMap((pod) => (pod.includes('/') ? [pod.trim()] : []));
}

/** `pods/"NAME" -n "NAMESPACE"`, or `pod "NAME" in namespace "NAMESPACE"` */
function podIn(line: string): readonly string[] {
  const [, name, namespace] = /pods?[ /]"([^"]+)" (?:-n|in namespace) "([^"]+)"/.exec(line) ?? [];
  return name === undefined ? [] : [`${namespace ?? ''}/${name}`];
}

function unique(pods: readonly string[]): string {
  return [...new Set(pods)].join(', ');
}

function noController(pods: string): Blocked {
  return {
    text: {
      en: `No controller would start these pods on another node: ${pods}`,
      ja: `次の Pod はコントローラーに属さず、ほかのノードで起動されない: ${pods}`,
    },
    remedy: {
      en: `Delete them yourself if they are not needed (\`kubectl -n NAMESPACE delete pod NAME\`). ${AGAIN.en}`,
      ja: `不要なら自分で削除してください (\`kubectl -n NAMESPACE delete pod NAME\`)。${AGAIN.ja}`,
    },
  };
}

function underBudget(pods: string): Blocked {
  return {
    text: {
      en: `A PodDisruptionBudget does not let these pods be evicted: ${pods}`,
      ja: `PodDisruptionBudget のため、次の Pod を退避できない: ${pods}`,
    },
    remedy: {
      en: `Run more replicas, or change the budget (\`kubectl get poddisruptionbudgets -A\` lists them). ${AGAIN.en}`,
      ja: `レプリカを増やすか、その設定を変えてください (\`kubectl get poddisruptionbudgets -A\` で一覧できます)。${AGAIN.ja}`,
    },
  };
}

function stillRunning(pods: string): Blocked {
  return {
    text: {
      en: `These pods were evicted and did not end within ${PATIENCE} s: ${pods}`,
      ja: `次の Pod は退避を求められたが、${PATIENCE} 秒以内に終了しなかった: ${pods}`,
    },
    remedy: {
      en: `\`kubectl -n NAMESPACE describe pod NAME\` shows what holds them (a finalizer, a long grace period). ${AGAIN.en}`,
      ja: `何が妨げているか (ファイナライザー、長い終了猶予など) を \`kubectl -n NAMESPACE describe pod NAME\` で確かめてください。${AGAIN.ja}`,
    },
  };
}
