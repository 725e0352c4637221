import type { LabContext } from '../plan/lab-context.ts';
import type { KubernetesObject } from './manifest.ts';
import { readCustomObjects } from './objects.ts';

/** By this annotation a Service asks MetalLB for a certain address. */
export const VIP_ANNOTATION = 'metallb.io/loadBalancerIPs';

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
export async function hasServiceAddress(context: LabContext): Promise<boolean> {
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
export async function gatewayHoldsVip(context: LabContext): Promise<boolean> {
  const gateway = await findGateway(context);
  const spec = gateway?.['spec'] as { infrastructure?: { annotations?: Record<string, string> } } | undefined;
  const asks = spec?.infrastructure?.annotations?.[VIP_ANNOTATION] === context.lab.loadBalancer.vip;
  return asks && !(await hasServiceAddress(context));
}

export async function findGateway(context: LabContext): Promise<KubernetesObject | undefined> {
  const { name } = context.lab.gateway;
  const objects = await readCustomObjects(context);
  return objects.find(({ kind, metadata }) => kind === 'Gateway' && metadata.name === name);
}
