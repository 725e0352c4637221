import type { KubernetesObject } from '../cluster/manifest.ts';
import { readCustomObjects } from '../cluster/objects.ts';
import { hostName, type Lab } from '../lab/lab.ts';
import { firstEnvironment, serviceName } from './app.ts';
import type { StageContext } from './stage.ts';

/** The Gateway holds the VIP through an annotation: `spec.addresses` would make an address that nobody answers ARP for. */
export function gatewayObjects(lab: Lab): readonly KubernetesObject[] {
  const namespace = firstEnvironment(lab).name;
  const gateway: KubernetesObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: lab.gateway.name, namespace },
    spec: {
      gatewayClassName: 'nginx',
      infrastructure: { annotations: { 'metallb.io/loadBalancerIPs': lab.loadBalancer.vip } },
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

/** Whether the lab's Gateway is in the cluster: then it holds the VIP, and the LoadBalancer Service has given it up. */
export async function gatewayIsThere(context: StageContext): Promise<boolean> {
  const { name } = context.lab.gateway;
  return (await readCustomObjects(context)).some(({ kind, metadata }) => kind === 'Gateway' && metadata.name === name);
}
