import type { KubernetesObject } from '../cluster/manifest.ts';
import { VIP_ANNOTATION } from '../cluster/vip.ts';
import { hostName, type Lab } from '../lab/lab.ts';
import { firstEnvironment, serviceName } from '../lab/object-names.ts';

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
