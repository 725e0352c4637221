import type { KubernetesObject } from '../cluster/manifest.ts';
import type { Environment, Lab } from '../lab/lab.ts';
import { firstEnvironment, loadBalancerName, serviceName } from '../lab/object-names.ts';

/** Namespace, Deployment and Service of the app in one environment; the first one's Service has the NodePort. */
export function appObjects(lab: Lab, environment: Environment): readonly KubernetesObject[] {
  const namespace = environment.name;
  const name = serviceName(lab);
  const labels = { app: lab.name };
  const { image, args, port, nodePort } = lab.app;
  const http = { name: 'http', port: 80, targetPort: port };
  const spec =
    environment === firstEnvironment(lab)
      ? { type: 'NodePort', selector: labels, ports: [{ ...http, nodePort }] }
      : { type: 'ClusterIP', selector: labels, ports: [http] };
  const container = {
    name: 'app',
    image,
    imagePullPolicy: 'IfNotPresent',
    args,
    ports: [{ containerPort: port }],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: environment.replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec },
  ];
}

export function loadBalancerService(lab: Lab): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: loadBalancerName(lab), namespace: firstEnvironment(lab).name },
    spec: {
      type: 'LoadBalancer',
      selector: { app: lab.name },
      ports: [{ name: 'http', port: 80, targetPort: lab.app.port }],
    },
  };
}
