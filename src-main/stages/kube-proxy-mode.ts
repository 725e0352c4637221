import { kubeProxyIsInMode } from '../checks/kube-proxy-is-in-mode.ts';
import { kubeProxySettings, type KubeProxySettings } from '../cluster/kube-proxy-config.ts';
import { ADMIN_CONF, kubectl } from '../cluster/kubectl.ts';
import { STAGE_LABEL } from '../cluster/manifest.ts';
import { arpIgnore } from '../facts/arp-ignore.ts';
import type { KubeProxyMode } from '../contract/service-rules.ts';
import { kubeProxyMode as modeOfNode } from '../facts/kube-proxy-mode.ts';
import { controlPlane, type Lab } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { together, type Change, type Plan } from '../plan/plan.ts';
import { ipvsForgotten, ipvsLeft, ipvsReady } from './ipvs-modules.ts';
import { onEach, type Stage } from './stage.ts';

const ID = 'kube-proxy-mode';

export const kubeProxyMode: Stage = {
  id: ID,
  title: { en: 'kube-proxy in another mode', ja: 'kube-proxy の別のモード' },
  problem: {
    en: 'How kube-proxy writes its rules was settled when the cluster was made: the other way cannot be compared with it.',
    ja: 'kube-proxy がルールを書く方式はクラスターの作成時に決まり、もう一方の方式と比べられない。',
  },
  solves: {
    en: 'kube-proxy gets the other mode and is restarted on every node: it removes the rules of the mode before, and writes its own.',
    ja: 'kube-proxy のモードを変えて全ノードで再起動する。前のモードのルールを消し、新しいモードのルールを書く。',
  },
  needs: ['workers'],
  isPartOf: ({ optional }) => optional.kubeProxyMode !== undefined,
  livesIn: 'cluster', // what ipvs leaves on a node goes when that leaves the cluster
  checks: [kubeProxyIsInMode],

  async decide(context) {
    const { lab } = context;
    const wanted = lab.optional.kubeProxyMode;
    if (wanted === undefined) return [];
    const settings = await context.read(controlPlane(lab).name, kubeProxySettings);
    const isOurs = settings?.stage === ID;
    const isSet = isOurs && settings.mode === wanted;
    const isDone = isSet && (await modesOfNodes(context)).every((mode) => mode === undefined || mode === wanted);
    const isStrict = isOurs && settings.strictArp;
    if (wanted !== 'ipvs') {
      const switched = isDone ? [] : await switching(context, wanted, settings);
      return [switched, isStrict ? await withoutIpvs(context) : []];
    }
    const ready = await onEach(lab.nodes, (node) => ipvsReady(context, node));
    const strict = isStrict ? [] : strictArp(lab, true);
    // kube-proxy makes the kernel strict when it starts: one that was started before it was told to has not
    const isHeeded = isDone && isStrict && (await areStrict(context));
    return [strict, ready, isHeeded ? [] : await switching(context, wanted, settings)];
  },

  async undo(context) {
    const { lab } = context;
    const settings = await context.read(controlPlane(lab).name, kubeProxySettings);
    if (settings?.stage !== ID) return [];
    const back = await switching(context, lab.kubernetes.kubeProxy, settings);
    return [back, settings.strictArp ? await withoutIpvs(context) : [], unmarked(lab)];
  },

  undoLeft: (context) => onEach(context.lab.nodes, (node) => ipvsLeft(context, node)),
};

/** As each node's kube-proxy says; undefined where it does not. */
async function modesOfNodes(context: LabContext): Promise<readonly (KubeProxyMode | undefined)[]> {
  return Promise.all(context.lab.nodes.map(({ name }) => context.read(name, modeOfNode)));
}

async function areStrict(context: LabContext): Promise<boolean> {
  const all = await Promise.all(context.lab.nodes.map(({ name }) => context.read(name, arpIgnore)));
  return all.every((ignores) => ignores > 0);
}

/**
 * The mode that is set, and kube-proxy restarted with it. kube-proxy that starts with iptables or ipvs leaves what the other of both
 * has written; that with nftables removes both (platformCleanup in cmd/kube-proxy): from one to the other the way is by nftables.
 */
async function switching(
  context: LabContext,
  wanted: KubeProxyMode,
  settings: KubeProxySettings | undefined,
): Promise<Plan> {
  const { lab } = context;
  const isSet = settings?.mode === wanted && settings.stage === ID;
  const leaves = wanted === 'ipvs' || settings?.mode === 'ipvs' || settings?.strictArp === true;
  // a node whose kube-proxy is silent may have anything; without a cluster there is nothing yet but what `up` is to make
  const running = leaves && settings ? await modesOfNodes(context) : [lab.kubernetes.kubeProxy];
  const isClean = wanted === 'nftables' || running.every((mode) => mode === 'nftables' || mode === wanted);
  if (!leaves || isClean) return [isSet ? [] : switched(lab, wanted), restarted(lab)];
  return [switched(lab, 'nftables'), restarted(lab), switched(lab, wanted), restarted(lab)];
}

/** What ipvs alone needs; behind the switch to another mode. */
async function withoutIpvs(context: LabContext): Promise<Plan> {
  const { lab } = context;
  return [together(lab.nodes.map(ipvsForgotten)), strictArp(lab, false)];
}

/** Marked first: whoever is cut off after that can still be undone. */
function switched(lab: Lab, mode: KubeProxyMode): Change {
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: `Set the mode of kube-proxy to ${mode}`,
      ja: `kube-proxy のモードを ${mode} にする`,
    },
    command: sh`
      export KUBECONFIG=${ADMIN_CONF}
      kubectl -n kube-system label --overwrite configmap kube-proxy ${`${STAGE_LABEL}=${ID}`} || exit
      settings=$(kubectl -n kube-system get configmap kube-proxy -o yaml) || exit
      printf '%s\n' "$settings" | grep -q '^    mode: ' || { echo 'the ConfigMap kube-proxy states no mode' >&2; exit 1; }
      printf '%s\n' "$settings" | sed ${`s/^    mode: .*/    mode: ${mode}/`} | kubectl replace -f -`,
  };
}

/** In ipvs mode the VIPs lie on kube-ipvs0 of every node, and without this every node answers ARP for them: not MetalLB alone. */
function strictArp(lab: Lab, isOn: boolean): Change {
  return {
    machine: controlPlane(lab).name,
    sentence: isOn
      ? {
          en: 'Set strictARP of kube-proxy, so that MetalLB alone answers ARP for the VIPs',
          ja: 'kube-proxy の strictARP を有効にし、VIP の ARP には MetalLB だけが応答するようにする',
        }
      : { en: 'Take strictARP of kube-proxy back', ja: 'kube-proxy の strictARP を元に戻す' },
    command: sh`
      export KUBECONFIG=${ADMIN_CONF}
      kubectl -n kube-system label --overwrite configmap kube-proxy ${`${STAGE_LABEL}=${ID}`} || exit
      settings=$(kubectl -n kube-system get configmap kube-proxy -o yaml) || exit
      printf '%s\n' "$settings" | grep -q '^      strictARP: ' || { echo 'the ConfigMap kube-proxy states no ipvs.strictARP' >&2; exit 1; }
      printf '%s\n' "$settings" | sed ${`s/^      strictARP: .*/      strictARP: ${String(isOn)}/`} | kubectl replace -f -`,
  };
}

function unmarked(lab: Lab): Change {
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: 'Note that kube-proxy works as the cluster was made',
      ja: 'kube-proxy が作成時のモードに戻ったことを記録する',
    },
    command: kubectl`-n kube-system label configmap kube-proxy ${`${STAGE_LABEL}-`}`,
  };
}

function restarted(lab: Lab): Change {
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: 'Restart kube-proxy on every node',
      ja: 'すべてのノードで kube-proxy を再起動する',
    },
    command: sh`
      export KUBECONFIG=${ADMIN_CONF}
      kubectl -n kube-system rollout restart daemonset kube-proxy || exit
      kubectl -n kube-system rollout status daemonset kube-proxy --timeout=180s`,
  };
}
