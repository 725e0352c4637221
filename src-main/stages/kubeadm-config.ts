import { createHash, randomInt, X509Certificate } from 'node:crypto';
import { kubeadmOverrides } from '../lab/overrides.ts';
import { controlPlane, type Lab, type LabNode } from '../lab/lab.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Document = Readonly<Record<string, Json>>;

const API = 'kubeadm.k8s.io/v1beta4';

/**
 * How long kubeadm waits. Its own minutes are too few where a lab's machines share two busy processors: init gave up after
 * two of them with an API server that came a moment later (met at a load of 20).
 */
const TIMEOUTS = {
  kubeletHealthCheck: '6m0s',
  controlPlaneComponentHealthCheck: '10m0s',
  kubernetesAPICall: '5m0s',
  etcdAPICall: '5m0s',
  tlsBootstrap: '10m0s',
  discovery: '10m0s',
};
/** What all of them can take together, more or less: the limit of init and of join. Milliseconds. */
export const KUBEADM_LIMIT = 30 * 60_000;

/** The configuration of `kubeadm init`, with the lab file's overrides merged in by kind. YAML documents in JSON's spelling. */
export function initConfig(lab: Lab): string {
  return print(initDocuments(lab), overrides(lab));
}

function initDocuments(lab: Lab): readonly Document[] {
  const node = controlPlane(lab);
  return [
    {
      apiVersion: API,
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: node.address, bindPort: 6443 },
      nodeRegistration: registration(node),
      timeouts: TIMEOUTS,
    },
    {
      apiVersion: API,
      kind: 'ClusterConfiguration',
      clusterName: lab.name,
      kubernetesVersion: `v${lab.kubernetes.version}`,
      controlPlaneEndpoint: `${node.address}:6443`,
      networking: {
        podSubnet: lab.kubernetes.podCidr,
        serviceSubnet: lab.kubernetes.serviceCidr,
        dnsDomain: 'cluster.local',
      },
      apiServer: { certSANs: [node.address, node.name, '127.0.0.1'] },
      // each of its 50 controllers asks for a token of its own before any starts: 5 s at the default of 20 a second
      controllerManager: {
        extraArgs: [
          { name: 'kube-api-qps', value: '100' },
          { name: 'kube-api-burst', value: '200' },
        ],
      },
    },
    { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', cgroupDriver: 'systemd' },
    { apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration', mode: lab.kubernetes.kubeProxy },
  ];
}

/** The configuration of `kubeadm join` for a worker. `caCertificate` is the cluster's as PEM: the worker pins its public key. */
export function joinConfig(lab: Lab, node: LabNode, access: { token: string; caCertificate: string }): string {
  const document: Document = {
    apiVersion: API,
    kind: 'JoinConfiguration',
    nodeRegistration: registration(node),
    timeouts: TIMEOUTS,
    discovery: {
      bootstrapToken: {
        token: access.token,
        apiServerEndpoint: `${controlPlane(lab).address}:6443`,
        caCertHashes: [publicKeyHash(access.caCertificate)],
      },
    },
  };
  return print([document], overrides(lab));
}

/** The configuration of `kubeadm token create`: the token travels in standard input, never in an argument. */
export function tokenConfig(lab: Lab, token: string): string {
  const bootstrapTokens = [{ token, ttl: '30m0s', description: 'Hoplab: joining workers' }];
  // without a version kubeadm asks the internet for the newest
  const version = { kind: 'ClusterConfiguration', kubernetesVersion: `v${lab.kubernetes.version}` };
  return print(
    [
      { apiVersion: API, kind: 'InitConfiguration', bootstrapTokens },
      { apiVersion: API, ...version },
    ],
    [],
  );
}

/** A random bootstrap token: six and sixteen characters of a-z and 0-9. */
export function bootstrapToken(): string {
  const characters = (count: number) =>
    Array.from({ length: count }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[randomInt(36)]).join('');
  return `${characters(6)}.${characters(16)}`;
}

function registration(node: LabNode): Json {
  return {
    name: node.name,
    criSocket: 'unix:///run/containerd/containerd.sock',
    kubeletExtraArgs: [{ name: 'node-ip', value: node.address }],
  };
}

function overrides(lab: Lab): readonly Document[] {
  return kubeadmOverrides(lab) as readonly Document[]; // what YAML reads has JSON's shapes
}

function print(documents: readonly Document[], extra: readonly Document[]): string {
  return documents
    .map((document) => withOverrides(document, extra))
    .map((document) => JSON.stringify(document, undefined, 2))
    .join('\n---\n');
}

function withOverrides(document: Document, extra: readonly Document[]): Document {
  return extra.filter(({ kind }) => kind === document['kind']).reduce(merged, document);
}

/** Mappings are merged, and lists of arguments by name; everything else is replaced. */
function merged(base: Document, extra: Document): Document {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    const old = result[key];
    if (isMapping(old) && isMapping(value)) result[key] = merged(old, value);
    else result[key] = isArguments(old) && isArguments(value) ? mergedArguments(old, value) : value;
  }
  return result;
}

type Argument = { readonly name: string } & Document;

function mergedArguments(base: readonly Argument[], extra: readonly Argument[]): readonly Argument[] {
  const named = new Set(extra.map(({ name }) => name));
  return [...base.filter(({ name }) => !named.has(name)), ...extra];
}

function isArguments(value: Json | undefined): value is readonly Argument[] {
  return Array.isArray(value) && value.every((one: Json) => isMapping(one) && typeof one['name'] === 'string');
}

function isMapping(value: Json | undefined): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function publicKeyHash(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
