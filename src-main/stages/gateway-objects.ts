import type { KubernetesObject } from '../cluster/manifest.ts';
import { readCustomObjects } from '../cluster/objects.ts';
import { VIP_ANNOTATION } from '../cluster/vip.ts';
import { hostName, hostNames, type Environment, type Lab } from '../lab/lab.ts';
import { certificateName, firstEnvironment, secondVersionName, serviceName } from '../lab/object-names.ts';
import type { LabContext } from '../plan/lab-context.ts';

/** On the first environment's route while the stage traffic-split says where its requests go. */
export const SPLIT_ANNOTATION = 'hoplab.dev/traffic-split';

/** The listener of the Gateway that requests for the app come by. With `https`, `http` is there as well, and redirects. */
export type AppListener = 'http' | 'https';

/** The listener that requests for the app come by now: that of the stage tls once it is there, where the lab asks for it. */
export async function appListener(context: LabContext): Promise<AppListener> {
  if (!context.lab.optional.tls) return 'http';
  return (await readCustomObjects(context)).some(isSecured) ? 'https' : 'http';
}

/** Whether this is the Gateway, with the listener of the stage tls. */
export function isSecured({ kind, spec }: KubernetesObject): boolean {
  const { listeners = [] } = (spec ?? {}) as { listeners?: readonly { name: string }[] };
  return kind === 'Gateway' && listeners.some(({ name }) => name === 'https');
}

/** The Gateway and a route for each environment. */
export function gatewayObjects(lab: Lab, listener: AppListener): readonly KubernetesObject[] {
  const routes = lab.app.environments.map((environment) => plainRoute(lab, environment, listener));
  return [gatewayObject(lab, listener), ...routes];
}

/** The Gateway. It asks for the VIP through an annotation: `spec.addresses` would make an address that nobody answers ARP for. */
export function gatewayObject(lab: Lab, listener: AppListener): KubernetesObject {
  const allowedRoutes = { namespaces: { from: 'All' } };
  const tls = { mode: 'Terminate', certificateRefs: [{ name: certificateName(lab) }] };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: lab.gateway.name, namespace: firstEnvironment(lab).name },
    spec: {
      gatewayClassName: 'nginx',
      infrastructure: { annotations: { [VIP_ANNOTATION]: lab.loadBalancer.vip } },
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes },
        ...(listener === 'https' ? [{ name: 'https', port: 443, protocol: 'HTTPS', tls, allowedRoutes }] : []),
      ],
    },
  };
}

/** The route of an environment, which gives all its requests to the first version. */
export function plainRoute(lab: Lab, environment: Environment, listener: AppListener): KubernetesObject {
  const backendRefs = [{ name: serviceName(lab), port: 80 }];
  return httpRoute(lab, { environment, listener, name: lab.name }, [{ backendRefs }]);
}

/** The first environment's route, which gives a share of its requests to the second version. */
export function splitRoute(
  lab: Lab,
  { weight }: NonNullable<Lab['optional']['trafficSplit']>,
  listener: AppListener,
): KubernetesObject {
  const backendRefs = [
    { name: serviceName(lab), port: 80, weight: 100 - weight },
    { name: secondVersionName(lab), port: 80, weight },
  ];
  const route = httpRoute(lab, { environment: firstEnvironment(lab), listener, name: lab.name }, [{ backendRefs }]);
  return { ...route, metadata: { ...route.metadata, annotations: { [SPLIT_ANNOTATION]: 'true' } } };
}

/** Whether this is a route whose rules belong to the stage traffic-split. */
export function isSplit({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'HTTPRoute' && metadata.annotations?.[SPLIT_ANNOTATION] !== undefined;
}

/** The route that sends what comes by HTTP for the app to HTTPS. */
export function redirectRoute(lab: Lab): KubernetesObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: `${lab.name}-to-https`, namespace: firstEnvironment(lab).name },
    spec: {
      parentRefs: [{ name: lab.gateway.name, namespace: firstEnvironment(lab).name, sectionName: 'http' }],
      hostnames: hostNames(lab),
      rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
    },
  };
}

/** An HTTPRoute of an environment at the lab's Gateway, for its host name; by `http`, it is at all listeners. */
export function httpRoute(
  lab: Lab,
  {
    environment,
    listener,
    name,
  }: { readonly environment: Environment; readonly listener: AppListener; readonly name: string },
  rules: readonly object[],
): KubernetesObject {
  const parent = { name: lab.gateway.name, namespace: firstEnvironment(lab).name };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: environment.name },
    spec: {
      parentRefs: [listener === 'https' ? { ...parent, sectionName: listener } : parent],
      hostnames: [hostName(lab, environment)],
      rules,
    },
  };
}
