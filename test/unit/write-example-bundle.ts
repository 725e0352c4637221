import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openBundle, type Bundle } from '../../src-main/bundle/bundle.ts';
import { components, type Components } from '../../src-main/bundle/catalogue.ts';
import { sha256Of } from '../../src-main/machines/upload.ts';

const definition = (name: string, group: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${name}.${group}
spec:
  group: ${group}
`;

const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;

const workload = (kind: string, name: string, inNamespace: string) => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
  namespace: ${inNamespace}
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: main
          image: example.com/${name}:v1
          args: [--some]
          readinessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 10 }
`;

const flannel = [
  namespace('kube-flannel'),
  `kind: ConfigMap
apiVersion: v1
metadata:
  name: kube-flannel-cfg
  namespace: kube-flannel
data:
  cni-conf.json: "{}"
  net-conf.json: |
    { "Network": "10.244.0.0/16", "Backend": { "Type": "vxlan" } }
`,
  workload('DaemonSet', 'kube-flannel-ds', 'kube-flannel'),
];

const metallb = [
  definition('ipaddresspools', 'metallb.io'),
  definition('l2advertisements', 'metallb.io'),
  workload('Deployment', 'controller', 'metallb-system'),
  workload('DaemonSet', 'speaker', 'metallb-system'),
  namespace('metallb-system'),
];

const gatewayApi = ['gatewayclasses', 'gateways', 'httproutes'].map((name) =>
  definition(name, 'gateway.networking.k8s.io'),
);

const fabric = [
  namespace('nginx-gateway'),
  workload('Deployment', 'nginx-gateway', 'nginx-gateway'),
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: cert-generator\n  namespace: nginx-gateway\nspec: {}\n`,
  `apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata:\n  name: nginx\nspec: { controllerName: gateway.nginx.org/nginx-gateway-controller }\n`,
  `apiVersion: gateway.nginx.org/v1alpha2\nkind: NginxProxy\nmetadata:\n  name: nginx-gateway-proxy-config\n  namespace: nginx-gateway\nspec:\n  kubernetes:\n    deployment: { replicas: 1 }\n`,
];

const manifests: Readonly<Record<string, readonly string[]>> = {
  'kube-flannel': flannel,
  'metallb-native': metallb,
  'gateway-api-standard': gatewayApi,
  'ngf-crds': ['nginxgateways', 'nginxproxies'].map((name) => definition(name, 'gateway.nginx.org')),
  'ngf-deploy': fabric,
};

const binaries = ['kubeadm', 'kubelet', 'kubectl', 'containerd', 'containerd-shim-runc-v2', 'ctr', 'runc'];

/** The catalogue without the hashes of the projects' own manifests: those here are shorter. */
export function looseCatalogue(): Components {
  const loose = structuredClone(components('1.37.1'));
  for (const { files } of Object.values(loose)) for (const file of files) delete file.sha256;
  return loose;
}

const VERSIONS: Readonly<Record<string, string>> = {
  containerd: 'v2.3.4',
  'containerd-shim-runc-v2': 'v2.3.4',
  ctr: 'v2.3.4',
  runc: 'v1.5.2',
  bridge: 'v1.9.1',
  'kube-flannel': 'v0.28.9',
  'metallb-native': 'v0.16.1',
  'gateway-api-standard': 'v1.5.1',
  'ngf-crds': 'v2.6.7',
  'ngf-deploy': 'v2.6.7',
};

const GATEWAY_IMAGES = components('1.37.1')['nginx-gateway-fabric'].images;

/** All images of an example bundle. */
export const EXAMPLE_IMAGES = [
  'registry.k8s.io/pause:3.10.2',
  'example.com/control-plane:v1',
  'example.com/worker:v1',
  ...GATEWAY_IMAGES,
];

/** A bundle in the form of a real one, of tiny files. Without manifests it fits the real catalogue. */
export async function writeExampleBundle(
  folder: string,
  { withManifests = true, withGateway = true } = {},
): Promise<Bundle> {
  const files: object[] = [];
  const add = async (path: string, content: string, more: object): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
    const size = Buffer.byteLength(content);
    const version = VERSIONS[basename(path, '.yaml')] ?? 'v1.37.1';
    files.push({ path, version, size, sha256: sha256Of(content), ...more });
  };
  for (const name of binaries) await add(`bin/${name}`, `program ${name}`, { kind: 'binary', name });
  await add('cni/bridge', 'program bridge', { kind: 'cni-plugin', name: 'bridge' });
  for (const name of ['control-plane', 'worker']) {
    const own = ['registry.k8s.io/pause:3.10.2', `example.com/${name}:v1`];
    const images = name === 'worker' && withGateway ? [...own, ...GATEWAY_IMAGES] : own;
    await add(`images/${name}.tar.zst`, `images ${name}`, { kind: 'images', name, images });
  }
  for (const [name, documents] of Object.entries(withManifests ? manifests : {})) {
    await add(`manifests/${name}.yaml`, documents.join('---\n'), { kind: 'manifest', name });
  }
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({ schema: 1, arch: 'amd64', kubernetes: 'v1.37.1', files }),
  );
  return openBundle(folder, '1.37.1', looseCatalogue());
}
