import { flannelRuns } from '../checks/flannel-runs.ts';
import { mtuFits } from '../checks/mtu-fits.ts';
import { nodesAreReady } from '../checks/nodes-are-ready.ts';
import { podReachesPod } from '../checks/pod-reaches-pod.ts';
import { apply, deleteApplied, hasApplied } from '../cluster/apply.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { KubernetesObject } from '../cluster/manifest.ts';
import { textFile } from '../facts/text-file.ts';
import { controlPlane, type LabNode } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { pauseImage } from './install-file.ts';
import type { Change, Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { onEach, type Stage } from './stage.ts';
import { changeContainers, quickReadiness, thirdParty } from './third-party.ts';

const SUBNET = '/run/flannel/subnet.env';

export const podNetwork: Stage = {
  id: 'pod-network',
  title: { en: 'Pod network (Flannel, VXLAN)', ja: 'Pod ネットワーク (Flannel, VXLAN)' },
  problem: {
    en: 'The nodes are registered but NotReady: pods have no addresses and no route to pods on other nodes.',
    ja: 'ノードは登録されたが NotReady のまま。Pod にアドレスがなく、別のノードの Pod への経路もない。',
  },
  solves: {
    en: 'Flannel gives each node a subnet and carries pod traffic between nodes over VXLAN (UDP 8472).',
    ja: 'Flannel がノードごとにサブネットを割り当て、ノード間の Pod のパケットを VXLAN (UDP 8472) で運ぶ。',
  },
  seed: '5.4',
  needs: ['workers'], // every node has a subnet and a probe pod
  livesIn: 'cluster',
  checks: [nodesAreReady, flannelRuns, podReachesPod, mtuFits],
  ahead: [{ after: 'control-plane', decide: applyFlannel }],

  async decide(context) {
    return [
      await applyFlannel(context),
      await onEach(context.lab.nodes, (node) => waitForSubnet(context, node)),
      await apply(context, {
        stage: 'pod-network',
        sentence: {
          en: 'Start one small probe pod on each node, between which the pod network is checked',
          ja: 'Pod ネットワークを確かめるための小さなプローブ Pod を各ノードで動かす',
        },
        objects: probes(context),
      }),
    ];
  },

  async undo(context) {
    const plan: Plan[] = [];
    if (await hasApplied(context, 'pod-network')) {
      plan.push(
        deleteApplied(context, 'pod-network', ['daemonsets', 'namespaces', 'clusterrolebindings', 'clusterroles'], {
          en: 'Remove Flannel and the probe pods',
          ja: 'Flannel とプローブ Pod を取り除く',
        }),
      );
    }
    const links = await onEach(context.lab.nodes, (node) => removeLinks(context, node));
    return [...plan, links, plan.length > 0 ? restartPods(context) : []];
  },
};

async function applyFlannel(context: LabContext): Promise<Plan> {
  const flannel = await thirdParty(context.bundle, 'kube-flannel', (object) => asTheLabAsks(context, object));
  return apply(context, {
    stage: 'pod-network',
    sentence: { en: `Apply Flannel ${flannel.version}`, ja: `Flannel ${flannel.version} を適用する` },
    manifest: flannel,
  });
}

/** The pod CIDR of the lab; and the interface of the LAN, which on machines with several is not always the first. */
function asTheLabAsks(context: LabContext, object: KubernetesObject): KubernetesObject {
  const { kubernetes, loadBalancer } = context.lab;
  if (object.kind === 'ConfigMap') {
    const data = object['data'] as Record<string, string>;
    const network = { ...(JSON.parse(data['net-conf.json'] ?? '{}') as object), Network: kubernetes.podCidr };
    return { ...object, data: { ...data, 'net-conf.json': JSON.stringify(network, undefined, 2) } };
  }
  return changeContainers(quickReadiness(object), (container) => ({
    ...container,
    args: [...(container.args ?? []), `--iface-can-reach=${loadBalancer.vip}`],
  }));
}

/**
 * Flannel's init container makes a node Ready before its daemon has a subnet; pods scheduled in between fail and wait
 * about 12 s for their next try (met on the lab).
 */
async function waitForSubnet(context: LabContext, node: LabNode): Promise<Plan> {
  if ((await context.read(node.name, textFile(SUBNET))) !== undefined) return [];
  return {
    machine: node.name,
    sentence: {
      en: `Wait until Flannel has its subnet on ${node.name}`,
      ja: `${node.name} で Flannel がサブネットを得るのを待つ`,
    },
    command: sh`
      timeout 180 sh -c ${`until [ -s ${SUBNET} ]; do sleep 0.1; done`} && exit
      echo "Flannel has no subnet after 180 s (${SUBNET} is missing)" >&2
      exit 1`,
    timeout: 200_000,
  };
}

function probes(context: LabContext): readonly KubernetesObject[] {
  const labels = { app: 'hoplab-probe' };
  const container = { name: 'pause', image: pauseImage(context.bundle), imagePullPolicy: 'IfNotPresent' };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hoplab' } },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'hoplab-probe', namespace: 'hoplab' },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            tolerations: [{ operator: 'Exists' }],
            terminationGracePeriodSeconds: 0,
            enableServiceLinks: false,
            automountServiceAccountToken: false,
            containers: [container],
          },
        },
      },
    },
  ];
}

/** Pods that were there before Flannel's stage, those of CoreDNS, would keep links that lead nowhere. */
function restartPods(context: LabContext): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: {
      en: 'Have pods that are not on the host network recreated, once there is a network again',
      ja: 'ホストネットワークを使わない Pod を、ネットワークが戻ったときに作り直させる',
    },
    command: kubectl`delete pods -A --field-selector=spec.hostNetwork=false --wait=false`,
  };
}

async function removeLinks(context: LabContext, node: LabNode): Promise<Plan> {
  const subnet = await context.read(node.name, textFile(SUBNET));
  const config = await context.read(node.name, textFile('/etc/cni/net.d/10-flannel.conflist'));
  if (subnet === undefined && config === undefined) return [];
  const change: Change = {
    machine: node.name,
    sentence: {
      en: `Remove Flannel's configuration and links on ${node.name}`,
      ja: `${node.name} から Flannel の設定とリンクを取り除く`,
    },
    command: sh`
      rm -rf /etc/cni/net.d/10-flannel.conflist /run/flannel /opt/cni/bin/flannel
      for link in flannel.1 cni0; do
        if ip link show $link > /dev/null 2>&1; then ip link del $link || exit; fi
      done
      rm -rf /var/lib/cni
      systemctl restart containerd`,
  };
  return change;
}
