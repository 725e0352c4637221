import type { KubernetesObject } from '../cluster/manifest.ts';
import type { Environment, Lab, SecondVersion } from '../lab/lab.ts';
import { firstEnvironment, loadBalancerName, secondVersionName, serviceName } from '../lab/object-names.ts';

/** Namespace, Deployment and Service of the app in one environment; the first one's Service has the NodePort. */
export function appObjects(lab: Lab, environment: Environment): readonly KubernetesObject[] {
  const namespace = environment.name;
  const name = serviceName(lab);
  const labels = { app: lab.name };
  const { port, nodePort } = lab.app;
  const http = { name: 'http', port: 80, targetPort: port };
  const spec =
    environment === firstEnvironment(lab)
      ? { type: 'NodePort', selector: labels, ports: [{ ...http, nodePort }] }
      : { type: 'ClusterIP', selector: labels, ports: [http] };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    deployment({ name, namespace }, labels, { ...lab.app, replicas: environment.replicas }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec },
  ];
}

/** Deployment and Service of the app's second version, beside the first; no Service of the first leads to its pods. */
export function secondVersionObjects(lab: Lab, second: SecondVersion): readonly KubernetesObject[] {
  const metadata = { name: secondVersionName(lab), namespace: firstEnvironment(lab).name };
  const labels = { app: metadata.name };
  const { port } = lab.app;
  const ports = [{ name: 'http', port: 80, targetPort: port }];
  return [
    deployment(metadata, labels, { ...second, port }),
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ClusterIP', selector: labels, ports } },
  ];
}

function deployment(
  metadata: { readonly name: string; readonly namespace: string },
  labels: Readonly<Record<string, string>>,
  { image, args, port, replicas }: SecondVersion & { readonly port: number },
): KubernetesObject {
  const container = {
    name: 'app',
    image,
    imagePullPolicy: 'IfNotPresent',
    args,
    ports: [{ containerPort: port }],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
    },
  };
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
