import type { BundleManifest } from '../bundle/bundle.ts';
import { gatewayHasVip } from '../checks/gateway-has-vip.ts';
import { nginxHasEndpoints } from '../checks/nginx-has-endpoints.ts';
import { routesByHost } from '../checks/routes-by-host.ts';
import { wrongHostIsRefused } from '../checks/wrong-host-is-refused.ts';
import { apply, applyChange, deleteApplied, hasApplied } from '../cluster/apply.ts';
import { nginxSelector } from '../cluster/gateways.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { labelled, type KubernetesObject, type Manifest } from '../cluster/manifest.ts';
import { nameOf, readCustomObjects } from '../cluster/objects.ts';
import { secrets } from '../cluster/secret-names.ts';
import { controlPlane } from '../lab/lab.ts';
import { firstEnvironment, loadBalancerName } from '../lab/object-names.ts';
import { loadBalancerService } from './app.ts';
import { findGateway, gatewayHoldsVip, hasServiceAddress, withServiceAddress } from '../cluster/vip.ts';
import { spareAddress } from '../lab/spare-address.ts';
import { appListener, gatewayObjects, isSplit } from './gateway-objects.ts';
import { headerRouting } from './header-routing.ts';
import { requireImages } from './require-images.ts';
import { restartFabric } from './restart-fabric.ts';
import { kubeProxyMode } from './kube-proxy-mode.ts';
import { ownApps } from './own-apps.ts';
import { secondVersion } from './second-version.ts';
import { VIP_ANNOTATION } from '../cluster/vip.ts';
import { changesOf, type Change, type Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Stage } from './stage.ts';
import { tls } from './tls.ts';
import { quickReadiness, thirdParty } from './third-party.ts';

export const gateway: Stage = {
  id: 'gateway',
  title: { en: 'Gateway API (NGINX Gateway Fabric)', ja: 'Gateway API (NGINX Gateway Fabric)' },
  problem: {
    en: 'Each LoadBalancer Service takes an address of its own, and requests cannot be routed by host name.',
    ja: 'LoadBalancer Service ごとに IP を消費し、ホスト名によるルーティングもできない。',
  },
  solves: {
    en: 'One Gateway takes over the VIP and routes by Host header: one address for many services.',
    ja: '1 つの Gateway が VIP を引き継ぎ、Host ヘッダーで振り分ける。1 つの IP で複数のサービスを公開できる。',
  },
  seed: '3',
  needs: ['metallb'], // it holds the VIP
  livesIn: 'cluster',
  checks: [gatewayHasVip, nginxHasEndpoints, routesByHost, wrongHostIsRefused],
  ahead: [
    { after: 'control-plane', decide: definitions },
    { after: 'pod-network', decide: fabric },
    { after: 'node-port', decide: startNginx },
  ],

  async decide(context) {
    return [
      await definitions(context),
      await fabric(context),
      await takeVip(context),
      await withoutOldStages(context),
      await restartFabric(context),
    ];
  },

  async undo(context) {
    if (!(await hasApplied(context, 'gateway'))) return [];
    const routes = ['httproutes.gateway.networking.k8s.io', 'gateways.gateway.networking.k8s.io'];
    const fabricKinds = [
      'gatewayclasses.gateway.networking.k8s.io',
      'namespaces',
      'clusterrolebindings',
      'clusterroles',
    ];
    const api = ['validatingadmissionpolicybindings', 'validatingadmissionpolicies', 'customresourcedefinitions'];
    return [
      deleteApplied(context, 'gateway', routes, {
        en: 'Remove the Gateway and its routes',
        ja: 'Gateway とルートを取り除く',
      }),
      nginxGone(context),
      (await gatewayHoldsVip(context)) ? giveVipBack(context) : [],
      deleteApplied(context, 'gateway', [...fabricKinds, ...api], {
        en: 'Remove NGINX Gateway Fabric and the Gateway API',
        ja: 'NGINX Gateway Fabric と Gateway API を取り除く',
      }),
    ];
  },
};

async function definitions(context: LabContext): Promise<Plan> {
  const [api, fabricApi] = await Promise.all([
    thirdParty(context.bundle, 'gateway-api-standard'),
    thirdParty(context.bundle, 'ngf-crds'),
  ]);
  const plan = await apply(context, {
    stage: 'gateway',
    sentence: {
      en: `Define the API objects of Gateway API ${api.version} and NGINX Gateway Fabric ${fabricApi.version}`,
      ja: `Gateway API ${api.version} と NGINX Gateway Fabric ${fabricApi.version} の API オブジェクトを定義する`,
    },
    manifest: joined(api, fabricApi),
  });
  return [plan, changesOf(plan).length > 0 ? definitionsEstablished(context) : []];
}

/** NGINX Gateway Fabric's controller. Without a Gateway it disturbs nobody, so it may be started early. */
async function fabric(context: LabContext): Promise<Plan> {
  await requireImages(context, 'nginx-gateway-fabric');
  const deployment = await fabricManifest(context);
  const early = await hasServiceAddress(context); // then the NginxProxy is given its last form with the VIP
  const objects = deployment.objects.filter(({ kind }) => !(early && kind === 'NginxProxy'));
  return apply(context, {
    stage: 'gateway',
    sentence: {
      en: `Apply NGINX Gateway Fabric ${deployment.version}`,
      ja: `NGINX Gateway Fabric ${deployment.version} を適用する`,
    },
    objects: await withoutFinishedJob(context, objects),
  });
}

function fabricManifest({ bundle }: LabContext): Promise<BundleManifest> {
  return thirdParty(bundle, 'ngf-deploy', (object) => answeringSoon(quickReadiness(object)));
}

async function nginxProxies(context: LabContext): Promise<readonly KubernetesObject[]> {
  return (await fabricManifest(context)).objects.filter(({ kind }) => kind === 'NginxProxy');
}

/** The Gateway, its Service with another address of the pool, so that NGINX runs by the time the VIP is taken over. */
async function startNginx(context: LabContext): Promise<Plan> {
  await requireImages(context, 'nginx-gateway-fabric');
  const address = spareAddress(context.lab);
  if (address === undefined || (await findGateway(context)) !== undefined) return [];
  const { name } = context.lab.gateway;
  const proxies = await nginxProxies(context);
  return apply(context, {
    stage: 'gateway',
    sentence: { en: `Create the Gateway ${name}, which starts NGINX`, ja: `Gateway ${name} に NGINX を起動させる` },
    objects: [...proxies.map((proxy) => withServiceAddress(proxy, address)), ...gatewayObjects(context.lab, 'http')],
  });
}

/** The job that makes certificates vanishes half a minute after its work; once they are there it need not run again. */
async function withoutFinishedJob(
  context: LabContext,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const found = await context.read(controlPlane(context.lab).name, secrets);
  const inFabric = found.filter(({ metadata }) => metadata.namespace === 'nginx-gateway');
  const made = ['server-tls', 'agent-tls'].every((name) => inFabric.some(({ metadata }) => metadata.name === name));
  return made ? objects.filter(({ kind }) => kind !== 'Job') : objects;
}

function joined(one: Manifest, other: Manifest): Manifest {
  return { objects: [...one.objects, ...other.objects], definitions: [...one.definitions, ...other.definitions] };
}

/**
 * NGINX's pods, which the Gateway makes, are asked for readiness every second as well, and their agent looks for NGINX as often. One
 * that is replaced still answers until every kube-proxy knows that it is leaving: without that, some requests would be refused.
 */
function answeringSoon(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'NginxProxy') return object;
  const spec = object['spec'] as { kubernetes: { deployment: object } };
  const env = [{ name: 'NGINX_AGENT_WATCHERS_INSTANCE_WATCHER_MONITORING_FREQUENCY', value: '1s' }];
  const readinessProbe = { initialDelaySeconds: 1, periodSeconds: 1 };
  const lifecycle = { preStop: { sleep: { seconds: 3 } } };
  const container = { name: 'nginx', env, readinessProbe, lifecycle };
  const patch = { type: 'StrategicMerge', value: { spec: { template: { spec: { containers: [container] } } } } };
  return {
    ...object,
    spec: {
      ...spec,
      kubernetes: { ...spec.kubernetes, deployment: { ...spec.kubernetes.deployment, patches: [patch] } },
    },
  };
}

function definitionsEstablished(context: LabContext): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: {
      en: 'Wait until the API server serves the new API objects',
      ja: 'API サーバーが新しいオブジェクトを認識するのを待つ',
    },
    command: kubectl`wait --for=condition=Established crd -l hoplab.dev/stage=gateway --timeout=60s`,
  };
}

async function takeVip(context: LabContext): Promise<Plan> {
  const { lab } = context;
  const apps = await apply(context, {
    stage: 'gateway',
    sentence: {
      en: `Assign ${lab.loadBalancer.vip} to the Gateway ${lab.gateway.name} and route by host name`,
      ja: `Gateway ${lab.gateway.name} に ${lab.loadBalancer.vip} を持たせ、ホスト名で振り分ける`,
    },
    objects: [...(await nginxProxies(context)), ...(await ownObjects(context))],
  });
  return [(await gatewayHoldsVip(context)) ? [] : releaseVip(context), apps];
}

/** Its objects, without a route whose rules are the stage traffic-split's by now. */
async function ownObjects(context: LabContext): Promise<readonly KubernetesObject[]> {
  const { lab } = context;
  const split = lab.optional.trafficSplit && (await readCustomObjects(context)).filter(isSplit).map(nameOf);
  return gatewayObjects(lab, await appListener(context)).filter((object) => split?.includes(nameOf(object)) !== true);
}

/** What the lab file names no more. Where its requests go is stated anew before, with the routes. */
async function withoutOldStages(context: LabContext): Promise<Plan> {
  const old = [ownApps, headerRouting, secondVersion, tls, kubeProxyMode].filter(
    ({ isPartOf }) => isPartOf?.(context.lab) === false,
  );
  return Promise.all(old.map(async (stage) => ((await hasApplied(context, stage.id)) ? stage.undo(context) : [])));
}

function releaseVip(context: LabContext): Change {
  const { lab } = context;
  return {
    machine: controlPlane(lab).name,
    sentence: {
      en: `Free ${lab.loadBalancer.vip}: remove the LoadBalancer Service that holds it`,
      ja: `${lab.loadBalancer.vip} を空ける: それを持つ LoadBalancer Service を取り除く`,
    },
    command: kubectl`-n ${firstEnvironment(lab).name} delete service ${loadBalancerName(lab)} --ignore-not-found`,
  };
}

/** NGINX's Service must be gone before the VIP is given to another. */
function nginxGone(context: LabContext): Change {
  const { lab } = context;
  return {
    machine: controlPlane(lab).name,
    sentence: { en: 'Wait until NGINX has released the VIP', ja: 'NGINX が VIP を手放すのを待つ' },
    command: kubectl`-n ${firstEnvironment(lab).name} wait --for=delete service -l ${nginxSelector(lab)} --timeout=60s`,
  };
}

function giveVipBack(context: LabContext): Change {
  const { lab } = context;
  const service = loadBalancerService(lab);
  const annotations = { [VIP_ANNOTATION]: lab.loadBalancer.vip };
  const stated = labelled(service, 'load-balancer-pending');
  return applyChange(
    context,
    {
      en: `Return ${lab.loadBalancer.vip} to the LoadBalancer Service`,
      ja: `${lab.loadBalancer.vip} を LoadBalancer Service に返す`,
    },
    [JSON.stringify({ ...stated, metadata: { ...stated.metadata, annotations } })],
  );
}
