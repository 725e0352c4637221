import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  OCI_LAYOUT,
  writeIndex,
  type Arch,
  type IndexFile,
  type IndexImage,
} from '../../src-main/bundle/bundle-index.ts';
import { openBundle, type Bundle } from '../../src-main/bundle/bundle.ts';
import { components, imagesOf, type Components } from '../../src-main/bundle/catalogue.ts';
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

/** The catalogue without the hashes of the projects' own manifests: those here are shorter. */
export function looseCatalogue(): Components {
  const loose = structuredClone(components('1.37.1'));
  for (const { files } of Object.values(loose)) for (const file of files) delete file.sha256;
  return loose;
}

const GATEWAY_IMAGES = imagesOf(components('1.37.1')['nginx-gateway-fabric']);

const IMAGES = Object.entries(components('1.37.1'))
  .filter(([component]) => component !== 'nginx-gateway-fabric')
  .flatMap(([, component]) => imagesOf(component));

/** All images of an example bundle. */
export const EXAMPLE_IMAGES = [...IMAGES, ...GATEWAY_IMAGES];

/** Where a blob lies in a bundle's folder. */
export const blobFile = (folder: string, sha256: string): string => join(folder, 'blobs', 'sha256', sha256);

/** Puts bytes among the blobs of a bundle's folder. */
export async function addBlob(folder: string, content: string): Promise<{ sha256: string; size: number }> {
  const sha256 = sha256Of(content);
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  await writeFile(blobFile(folder, sha256), content);
  return { sha256, size: Buffer.byteLength(content) };
}

/** An image of one tiny layer, for one platform or more, as registries have it. */
async function addImage(folder: string, reference: string, archs: readonly Arch[]): Promise<IndexImage> {
  const oci = 'application/vnd.oci.image';
  const add = async (mediaType: string, content: unknown) => {
    const { sha256, size } = await addBlob(folder, typeof content === 'string' ? content : JSON.stringify(content));
    return { mediaType, digest: `sha256:${sha256}`, size };
  };
  const manifests = archs.map(async (architecture) => {
    const config = await add(`${oci}.config.v1+json`, { os: 'linux', architecture, of: reference });
    const layers = [await add(`${oci}.layer.v1.tar`, `layer of ${reference} for ${architecture}`)];
    const manifest = { schemaVersion: 2, mediaType: `${oci}.manifest.v1+json`, config, layers };
    return { ...(await add(manifest.mediaType, manifest)), platform: { os: 'linux', architecture } };
  });
  const type = `${oci}.index.v1+json`;
  const top = await add(type, { schemaVersion: 2, mediaType: type, manifests: await Promise.all(manifests) });
  return { ...top, reference, vouched: 'maker' };
}

export interface ExampleOptions {
  /** Without manifests it fits the real catalogue. */
  readonly withManifests?: boolean;
  readonly withGateway?: boolean;
  readonly archs?: readonly Arch[];
}

/** A bundle in the form of a real one, of tiny files. */
export async function writeExampleBundle(
  folder: string,
  { withManifests = true, withGateway = true, archs = ['amd64'] }: ExampleOptions = {},
): Promise<Bundle> {
  const files = Object.entries(components('1.37.1')).flatMap(([component, { version, files: all }]) =>
    all.flatMap(({ name, kind, url }) => {
      const of = url.includes('{arch}') ? archs : [undefined];
      return of.map(async (arch): Promise<IndexFile> => {
        const text = kind === 'manifest' ? (manifests[name] ?? []).join('---\n') : `program ${name} ${arch}`;
        const known = { component, name, kind, version: `v${version}`, url: url.replace('{arch}', arch ?? '') };
        return { ...known, ...(arch && { arch }), ...(await addBlob(folder, text)), vouched: 'maker' };
      });
    }),
  );
  const references = withGateway ? EXAMPLE_IMAGES : IMAGES;
  const index = writeIndex({
    schema: 2,
    kubernetes: 'v1.37.1',
    arch: [...archs],
    made: '2026-11-01T00:00:00Z',
    hoplab: '0.1.0',
    files: (await Promise.all(files)).filter(({ kind }) => withManifests || kind !== 'manifest'),
    images: await Promise.all(references.map((reference) => addImage(folder, reference, archs))),
  });
  await Promise.all([writeFile(join(folder, 'oci-layout'), OCI_LAYOUT), writeFile(join(folder, 'index.json'), index)]);
  return openBundle(folder, '1.37.1', { catalogue: looseCatalogue() });
}
