import type { Text } from '../contract/text.ts';
import { valueAt, type Path } from './finding.ts';

export interface Said {
  readonly text: Text;
  readonly remedy: Text;
}

type Placed = Said & { readonly path: Path };

/** The documents that the lab's kubeadm reads, and what in them Hoplab says itself: the key of the lab file that says it. */
const KINDS: Readonly<
  Record<string, { readonly apiVersion: string; readonly owned: Readonly<Record<string, string>> }>
> = {
  InitConfiguration: {
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    owned: {
      bootstrapTokens: '',
      'localAPIEndpoint.advertiseAddress': 'nodes[].address',
      'localAPIEndpoint.bindPort': '',
      'nodeRegistration.name': 'nodes[].name',
      'nodeRegistration.criSocket': '',
    },
  },
  ClusterConfiguration: {
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    owned: {
      clusterName: 'lab',
      kubernetesVersion: 'kubernetes.version',
      controlPlaneEndpoint: 'nodes[].address',
      'networking.podSubnet': 'kubernetes.podCidr',
      'networking.serviceSubnet': 'kubernetes.serviceCidr',
      'networking.dnsDomain': '',
    },
  },
  JoinConfiguration: {
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    owned: {
      discovery: '',
      controlPlane: 'nodes[].role',
      'nodeRegistration.name': 'nodes[].name',
      'nodeRegistration.criSocket': '',
    },
  },
  KubeletConfiguration: { apiVersion: 'kubelet.config.k8s.io/v1beta1', owned: {} },
  KubeProxyConfiguration: {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    owned: { mode: 'kubernetes.kubeProxy', clusterCIDR: 'kubernetes.podCidr' },
  },
};

/** What Hoplab says itself in a document of that kind; undefined: kubeadm does not read such a document. */
export function owned(apiVersion: unknown, kind: unknown): readonly Placed[] | undefined {
  const known = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!known || known.apiVersion !== apiVersion) return undefined;
  return Object.entries(known.owned).map(([keys, labKey]) => ({
    path: keys.split('.'),
    text: { en: 'Hoplab says this itself.', ja: 'これは Hoplab が自分で書きます。' },
    remedy:
      labKey === ''
        ? { en: 'Remove the key from it.', ja: 'そのキーを取り除いてください。' }
        : {
            en: `Remove the key from it, and use ${labKey} of the lab file.`,
            ja: `そのキーを取り除き、ラボファイルの ${labKey} を使ってください。`,
          },
  }));
}

/** A form of kubeadm's configuration that the lab's kubeadm no longer reads. */
export function olderForm(apiVersion: unknown, file: string): Said | undefined {
  if (typeof apiVersion !== 'string' || !/^kubeadm\.k8s\.io\/v1(?:alpha|beta)\d$/.test(apiVersion)) return undefined;
  if (apiVersion === 'kubeadm.k8s.io/v1beta4') return undefined;
  return {
    text: {
      en: `The lab's kubeadm reads kubeadm.k8s.io/v1beta4, not ${apiVersion}.`,
      ja: `ラボの kubeadm が読むのは kubeadm.k8s.io/v1beta4 で、${apiVersion} ではありません。`,
    },
    remedy: migrate(file),
  };
}

const ARGUMENTS = [
  ...['apiServer', 'controllerManager', 'scheduler'].map((part) => [part, 'extraArgs']),
  ['etcd', 'local', 'extraArgs'],
  ['nodeRegistration', 'kubeletExtraArgs'],
];

/** Arguments as a mapping, as forms before v1beta4 have them. */
export function argumentMaps(document: unknown, file: string): readonly Placed[] {
  return ARGUMENTS.filter((path) => {
    const value = valueAt(document, path);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }).map((path) => ({
    path,
    text: {
      en: 'This is a mapping, as it was before v1beta4; now it is a list of name and value.',
      ja: 'v1beta4 より前の「キー: 値」の形です。今は name と value のリストで書きます。',
    },
    remedy: migrate(file),
  }));
}

function migrate(file: string): Text {
  const command = `kubeadm config migrate --old-config ${file} --new-config NEW.yaml`;
  return { en: `Convert it with \`${command}\`.`, ja: `\`${command}\` で変換してください。` };
}

export function foreignKind(file: string, number: number): { readonly text: Text } {
  return {
    text: {
      en: `Document ${number} of ${file} has no apiVersion and kind of kubeadm, kubelet or kube-proxy.`,
      ja: `${file} の ${number} 番目のドキュメントに、kubeadm、kubelet、kube-proxy の apiVersion と kind がありません。`,
    },
  };
}
