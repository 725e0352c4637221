import type { KubernetesObject } from '../cluster/manifest.ts';
import { VIP_ANNOTATION } from '../cluster/vip.ts';
import { hostName, type Environment, type Lab } from '../lab/lab.ts';
import { firstEnvironment, secondVersionName, serviceName } from '../lab/object-names.ts';

/** On the first environment's route while the stage traffic-split says where its requests go. */
export const SPLIT_ANNOTATION = 'hoplab.dev/traffic-split';

/**
 * The Gateway and a route for each environment. It asks for the VIP through an annotation: `spec.addresses` would make an
 * address that nobody answers ARP for.
 */
export function gatewayObjects(lab: Lab): readonly KubernetesObject[] {
  const gateway: KubernetesObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: lab.gateway.name, namespace: firstEnvironment(lab).name },
    spec: {
      gatewayClassName: 'nginx',
      infrastructure: { annotations: { [VIP_ANNOTATION]: lab.loadBalancer.vip } },
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
    },
  };
  return [gateway, ...lab.app.environments.map((environment) => plainRoute(lab, environment))];
}

/** The route of an environment, which gives all its requests to the first version. */
export function plainRoute(lab: Lab, environment: Environment): KubernetesObject {
  return httpRoute(lab, environment, lab.name, [{ backendRefs: [{ name: serviceName(lab), port: 80 }] }]);
}

/** The first environment's route, which gives a share of its requests to the second version. */
export function splitRoute(lab: Lab, { weight }: NonNullable<Lab['optional']['trafficSplit']>): KubernetesObject {
  const backendRefs = [
    { name: serviceName(lab), port: 80, weight: 100 - weight },
    { name: secondVersionName(lab), port: 80, weight },
  ];
  const route = httpRoute(lab, firstEnvironment(lab), lab.name, [{ backendRefs }]);
  return { ...route, metadata: { ...route.metadata, annotations: { [SPLIT_ANNOTATION]: 'true' } } };
}

/** Whether this is a route whose rules belong to the stage traffic-split. */
export function isSplit({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'HTTPRoute' && metadata.annotations?.[SPLIT_ANNOTATION] !== undefined;
}

/** An HTTPRoute of an environment at the lab's Gateway, for its host name. */
export function httpRoute(
  lab: Lab,
  environment: Environment,
  name: string,
  rules: readonly object[],
): KubernetesObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: environment.name },
    spec: {
      parentRefs: [{ name: lab.gateway.name, namespace: firstEnvironment(lab).name }],
      hostnames: [hostName(lab, environment)],
      rules,
    },
  };
}
