import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/** Exists while kubeadm works under Hoplab's hand: what is found with it is half done and ours to clean up. */
export const UNFINISHED = '/var/lib/hoplab/kubeadm-unfinished';

/** Exists on a node that Hoplab made a part of its cluster: only such a node may be reset. */
export const MADE_BY_HOPLAB = '/var/lib/hoplab/kubeadm-done';

export interface KubeadmState {
  readonly adminConf: boolean;
  readonly kubeletConf: boolean;
  readonly unfinished: boolean;
  readonly madeByHoplab: boolean;
  /** Manifests or certificates of a control plane, finished or not. */
  readonly traces: boolean;
  /** The cluster CA's certificate as PEM; empty where there is none. Public. */
  readonly caCertificate: string;
}

const FILES = {
  adminConf: '/etc/kubernetes/admin.conf',
  kubeletConf: '/etc/kubernetes/kubelet.conf',
  unfinished: UNFINISHED,
  madeByHoplab: MADE_BY_HOPLAB,
  apiServer: '/etc/kubernetes/manifests/kube-apiserver.yaml',
  etcd: '/var/lib/etcd/member',
};

/** How far kubeadm has come on a node, by the files it leaves: of each it is said whether it is there (`+`) or not (`-`). */
export const kubeadmState: Fact<KubeadmState> = {
  id: 'kubeadm-state',
  sudo: true,
  command: sh`
    for file in ${Object.values(FILES)}; do
      if [ -e "$file" ]; then echo "+ $file"; else echo "- $file"; fi
    done
    cat /etc/kubernetes/pki/ca.crt 2> /dev/null`,
  accept: 'any',
  parse(printed) {
    const lines = new Set(printed.stdout.split('\n'));
    const has = (path: string) => {
      if (!lines.has(`+ ${path}`) && !lines.has(`- ${path}`)) throw noAnswer(printed);
      return lines.has(`+ ${path}`);
    };
    const [apiServer, etcd] = [has(FILES.apiServer), has(FILES.etcd)];
    return {
      adminConf: has(FILES.adminConf),
      kubeletConf: has(FILES.kubeletConf),
      unfinished: has(FILES.unfinished),
      madeByHoplab: has(FILES.madeByHoplab),
      traces: apiServer || etcd,
      caCertificate: /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(printed.stdout)?.[0] ?? '',
    };
  },
};

/** Whether a node belongs, or belonged, to a cluster that Hoplab did not make. */
export function isForeign(state: KubeadmState): boolean {
  const found = state.adminConf || state.kubeletConf || state.traces;
  return found && !state.madeByHoplab && !state.unfinished;
}
