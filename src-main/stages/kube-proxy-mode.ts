import { kubeProxyIsInMode } from '../checks/kube-proxy-is-in-mode.ts';
import { kubeProxySettings } from '../cluster/kube-proxy-config.ts';
import { ADMIN_CONF, kubectl } from '../cluster/kubectl.ts';
import { STAGE_LABEL } from '../cluster/manifest.ts';
import { kubeProxyMode as modeOfNode } from '../facts/kube-proxy-mode.ts';
import { controlPlane, type Lab } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change } from '../plan/plan.ts';
import type { Stage } from './stage.ts';

type Mode = Lab['kubernetes']['kubeProxy'];

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
  livesIn: 'cluster',
  checks: [kubeProxyIsInMode],

  async decide(context) {
    const { lab } = context;
    const wanted = lab.optional.kubeProxyMode;
    if (wanted === undefined) return [];
    const settings = await context.read(controlPlane(lab).name, kubeProxySettings);
    if (settings?.mode !== wanted || settings.stage !== ID) return [switched(lab, wanted), restarted(lab)];
    return (await runsOtherwise(context, wanted)) ? restarted(lab) : [];
  },

  async undo(context) {
    const { lab } = context;
    const settings = await context.read(controlPlane(lab).name, kubeProxySettings);
    return settings?.stage === ID ? [switched(lab, lab.kubernetes.kubeProxy), restarted(lab), unmarked(lab)] : [];
  },
};

/** Whether a node's kube-proxy says that it works in another mode: one that was cut off before it was started anew. */
async function runsOtherwise(context: LabContext, wanted: Mode): Promise<boolean> {
  const modes = await Promise.all(context.lab.nodes.map(({ name }) => context.read(name, modeOfNode)));
  return modes.some((mode) => mode !== undefined && mode !== wanted);
}

/** Marked first: whoever is cut off after that can still be undone. */
function switched(lab: Lab, mode: Mode): Change {
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
