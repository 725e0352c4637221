import type { KubernetesObject } from '../cluster/manifest.ts';
import { readCustomObjects } from '../cluster/objects.ts';
import { addressText, parsePool } from '../lab/ipv4.ts';
import { hostName, type Lab } from '../lab/lab.ts';
import { firstEnvironment, serviceName } from './app.ts';
import { VIP_ANNOTATION } from './vip-annotation.ts';
import type { StageContext } from './stage.ts';

/**
 * The Gateway and a route for each environment. It asks for the VIP through an annotation: `spec.addresses` would make an
 * address that nobody answers ARP for.
 */
export function gatewayObjects(lab: Lab): readonly KubernetesObject[] {
  const namespace = firstEnvironment(lab).name;
  const gateway: KubernetesObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: lab.gateway.name, namespace },
    spec: {
      gatewayClassName: 'nginx',
      infrastructure: { annotations: { [VIP_ANNOTATION]: lab.loadBalancer.vip } },
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
    },
  };
  const routes = lab.app.environments.map((environment): KubernetesObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: lab.name, namespace: environment.name },
    spec: {
      parentRefs: [{ name: lab.gateway.name, namespace }],
      hostnames: [hostName(lab, environment)],
      rules: [{ backendRefs: [{ name: serviceName(lab), port: 80 }] }],
    },
  }));
  return [gateway, ...routes];
}

/** NGINX's Service and Deployment as NGINX Gateway Fabric names them: Gateway and class. */
export function gatewayServiceName(lab: Lab): string {
  return `${lab.gateway.name}-nginx`;
}

/** An address of the pool for the Gateway until it takes the VIP over; undefined when the pool has only that one. */
export function spareAddress({ loadBalancer: { pool, vip } }: Lab): string | undefined {
  const { first, last } = parsePool(pool);
  return [last, first].map(addressText).find((address) => address !== vip);
}

interface NginxProxySpec {
  readonly kubernetes?: { readonly service?: { readonly patches?: readonly Patch[] } };
}

/** A patch of NGINX's Service: an object that is merged, or with type JSONPatch a list of operations. */
interface Patch {
  readonly value?: unknown;
}

/**
 * An NginxProxy with which NGINX's Service asks for another address than its Gateway does. A Gateway that asked for the other
 * one itself would start NGINX's pods anew when it asks for the VIP: they get its annotations as well.
 */
export function withServiceAddress(proxy: KubernetesObject, address: string): KubernetesObject {
  const spec = proxy['spec'] as NginxProxySpec;
  const value = { metadata: { annotations: { [VIP_ANNOTATION]: address } } };
  const service = { ...spec.kubernetes?.service, patches: [{ type: 'Merge', value }] };
  return { ...proxy, spec: { ...spec, kubernetes: { ...spec.kubernetes, service } } };
}

/** Whether an NginxProxy of the cluster gives NGINX's Service another address than the VIP; patches for other ends do not. */
export async function hasServiceAddress(context: StageContext): Promise<boolean> {
  return (await readCustomObjects(context)).some(({ kind, ...object }) => {
    const spec = object['spec'] as NginxProxySpec | undefined;
    const patches = spec?.kubernetes?.service?.patches ?? [];
    const addresses = patches.flatMap(patchedAddress);
    return kind === 'NginxProxy' && addresses.some((address) => address !== context.lab.loadBalancer.vip);
  });
}

/** The address that a patch asks for; none when it is about something else. */
function patchedAddress({ value }: Patch): readonly unknown[] {
  if (Array.isArray(value)) {
    const path = `/metadata/annotations/${VIP_ANNOTATION.replaceAll('/', '~1')}`;
    const operations = value as readonly { op?: string; path?: string; value?: unknown }[];
    return operations.filter((own) => own.path === path && own.op !== 'remove').map((own) => own.value);
  }
  const annotations = (value as Partial<KubernetesObject> | undefined)?.metadata?.annotations ?? {};
  return VIP_ANNOTATION in annotations ? [annotations[VIP_ANNOTATION]] : [];
}

/** Whether the lab's Gateway has asked for the VIP: then the LoadBalancer Service of the stages before has given it up. */
export async function gatewayHoldsVip(context: StageContext): Promise<boolean> {
  const gateway = await findGateway(context);
  const spec = gateway?.['spec'] as { infrastructure?: { annotations?: Record<string, string> } } | undefined;
  const asks = spec?.infrastructure?.annotations?.[VIP_ANNOTATION] === context.lab.loadBalancer.vip;
  return asks && !(await hasServiceAddress(context));
}

export async function findGateway(context: StageContext): Promise<KubernetesObject | undefined> {
  const { name } = context.lab.gateway;
  const objects = await readCustomObjects(context);
  return objects.find(({ kind, metadata }) => kind === 'Gateway' && metadata.name === name);
}
