import { randomBytes } from 'node:crypto';
import { leaderIsAnnounced } from '../checks/leader-is-announced.ts';
import { oneArpAnswer } from '../checks/one-arp-answer.ts';
import { vipAnswers } from '../checks/vip-answers.ts';
import { vipIsAssigned } from '../checks/vip-is-assigned.ts';
import { apply, deleteApplied, hasApplied } from '../cluster/apply.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { KubernetesObject } from '../cluster/manifest.ts';
import { nameOf, readBuiltInObjects } from '../cluster/objects.ts';
import { controlPlane } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { firstEnvironment, loadBalancerName } from '../lab/object-names.ts';
import { loadBalancerService } from './app.ts';
import { gatewayHoldsVip } from '../cluster/vip.ts';
import { changesOf, type Change, type Plan } from '../plan/plan.ts';
import { VIP_ANNOTATION } from '../cluster/vip.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Stage } from './stage.ts';
import { quickReadiness, thirdParty } from './third-party.ts';

const NAMESPACE = 'metallb-system';

export const metallb: Stage = {
  id: 'metallb',
  title: { en: 'MetalLB', ja: 'MetalLB' },
  problem: {
    en: 'EXTERNAL-IP stays <pending>: outside a cloud, nothing assigns addresses and nothing answers ARP for them.',
    ja: 'EXTERNAL-IP が <pending> のまま。クラウドの外には、アドレスを割り当てるものも、その ARP に応答するものもない。',
  },
  solves: {
    en: 'MetalLB assigns a virtual IP from a pool, and one node answers ARP for it: a fixed address that survives the loss of a node.',
    ja: 'MetalLB がプールから仮想 IP を割り当て、1 台のノードが ARP に応答する。ノードが停止しても変わらない固定アドレスになる。',
  },
  seed: '2',
  needs: ['load-balancer-pending'], // its VIP is asked for by that Service
  livesIn: 'cluster',
  checks: [vipIsAssigned, oneArpAnswer, leaderIsAnnounced, vipAnswers],
  ahead: [
    { after: 'control-plane', decide: definitions },
    { after: 'pod-network', decide: controllerAndSpeakers },
  ],

  async decide(context) {
    return [
      await definitions(context),
      await controllerAndSpeakers(context),
      // asked for before there is a pool: whoever comes first gets an address that nobody has asked for
      await askForVip(context),
      await applyPools(context),
    ];
  },

  async undo(context) {
    if (!(await hasApplied(context, 'metallb'))) return [];
    const kinds = [
      'l2advertisements.metallb.io',
      'ipaddresspools.metallb.io',
      'validatingwebhookconfigurations',
      'namespaces',
    ];
    const rest = ['clusterrolebindings', 'clusterroles', 'customresourcedefinitions'];
    return [
      deleteApplied(context, 'metallb', [...kinds, ...rest], { en: 'Remove MetalLB', ja: 'MetalLB を取り除く' }),
      await withdrawVip(context),
    ];
  },
};

async function definitions(context: LabContext): Promise<Plan> {
  const { version, definitions } = await thirdParty(context.bundle, 'metallb-native');
  return apply(context, {
    stage: 'metallb',
    sentence: {
      en: `Define the API objects of MetalLB ${version}`,
      ja: `MetalLB ${version} の API オブジェクトを定義する`,
    },
    manifest: { definitions, objects: [] },
  });
}

/** Without a pool they hand out nothing: a Service stays pending. */
async function controllerAndSpeakers(context: LabContext): Promise<Plan> {
  const { version, objects } = await thirdParty(context.bundle, 'metallb-native', quickReadiness);
  const plan = await apply(context, {
    stage: 'metallb',
    sentence: { en: `Apply MetalLB ${version}`, ja: `MetalLB ${version} を適用する` },
    objects: [...inOrder(objects), memberlist()],
  });
  return [plan, changesOf(plan).length > 0 ? webhookReady(context) : []];
}

/** The namespace first. */
function inOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return [...objects.filter(({ kind }) => kind === 'Namespace'), ...objects.filter(({ kind }) => kind !== 'Namespace')];
}

/** MetalLB's controller makes this secret late, and its speakers wait for it 8 to 15 s (met on the lab): make it before. */
function memberlist(): KubernetesObject {
  const metadata = { name: 'memberlist', namespace: NAMESPACE };
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { secretkey: randomBytes(96).toString('base64') } };
}

/**
 * The controller writes its webhook's certificate into a secret that it mounts itself, and the kubelet brings a mounted
 * secret up to date only when it looks at the pod again, up to 90 s later: touch the pod once the certificate is there.
 * The controller itself looks for the file less and less often, so this must not come late.
 */
function webhookReady(context: LabContext): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: { en: "Wait for MetalLB's webhook and its certificate", ja: 'MetalLB の Webhook とその証明書を待つ' },
    command: sh`
      export KUBECONFIG=/etc/kubernetes/admin.conf
      timeout 120 sh -c 'until kubectl -n metallb-system get secret metallb-webhook-cert -o jsonpath="{.data}" 2> /dev/null | grep -q tls.crt; do sleep 0.2; done' &&
        kubectl -n metallb-system annotate --overwrite pod -l component=controller hoplab.dev/certificate=written > /dev/null &&
        kubectl -n metallb-system rollout status deployment/controller --timeout=120s`,
    timeout: 300_000,
  };
}

async function applyPools(context: LabContext): Promise<Plan> {
  const { pool } = context.lab.loadBalancer;
  const plan = await apply(context, {
    stage: 'metallb',
    sentence: {
      en: `Configure MetalLB with the pool ${pool}, announced by ARP`,
      ja: `MetalLB にプール ${pool} を渡し、ARP で広告させる`,
    },
    objects: [
      {
        apiVersion: 'metallb.io/v1beta1',
        kind: 'IPAddressPool',
        metadata: { name: 'lab', namespace: NAMESPACE },
        spec: { addresses: [pool] },
      },
      {
        apiVersion: 'metallb.io/v1beta1',
        kind: 'L2Advertisement',
        metadata: { name: 'lab', namespace: NAMESPACE },
        spec: { ipAddressPools: ['lab'] },
      },
    ],
  });
  return changesOf(plan).map(retried);
}

/** The webhook answers a moment after its pod is ready: the API server's connection to it is not there at once. */
function retried(change: Change): Change {
  return {
    ...change,
    command: sh`
      documents=$(mktemp) && cat > "$documents" || exit
      end=$(($(date +%s) + 120))
      until KUBECONFIG=/etc/kubernetes/admin.conf kubectl apply --server-side --force-conflicts --field-manager=hoplab -f "$documents"; do
        code=$?
        [ "$(date +%s)" -lt "$end" ] || { rm -f "$documents"; exit $code; }
        sleep 0.5
      done
      rm -f "$documents"`,
  };
}

async function askForVip(context: LabContext): Promise<Plan> {
  const { lab } = context;
  if (await gatewayHoldsVip(context)) return [];
  const service = await loadBalancer(context);
  if (service?.metadata.annotations?.[VIP_ANNOTATION] === lab.loadBalancer.vip) return [];
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: `Request ${lab.loadBalancer.vip} for the LoadBalancer Service`,
      ja: `LoadBalancer Service に ${lab.loadBalancer.vip} を求める`,
    },
    command: kubectl`-n ${firstEnvironment(lab).name} annotate service ${loadBalancerName(lab)} --overwrite ${`${VIP_ANNOTATION}=${lab.loadBalancer.vip}`}`,
  };
}

async function withdrawVip(context: LabContext): Promise<Plan> {
  const { lab } = context;
  const service = await loadBalancer(context);
  if (service?.metadata.annotations?.[VIP_ANNOTATION] === undefined) return [];
  const [namespace, name] = [firstEnvironment(lab).name, loadBalancerName(lab)];
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: 'Withdraw the VIP from the LoadBalancer Service',
      ja: 'LoadBalancer Service から VIP を引き上げる',
    },
    command: sh`
      export KUBECONFIG=/etc/kubernetes/admin.conf
      kubectl -n ${namespace} annotate service ${name} ${`${VIP_ANNOTATION}-`} metallb.io/ip-allocated-from-pool- &&
        kubectl -n ${namespace} patch service ${name} --subresource=status --type=merge -p '{"status":{"loadBalancer":{"ingress":null}}}'`,
  };
}

async function loadBalancer(context: LabContext): Promise<KubernetesObject | undefined> {
  const wanted = nameOf(loadBalancerService(context.lab));
  return (await readBuiltInObjects(context)).find((object) => nameOf(object) === wanted);
}
